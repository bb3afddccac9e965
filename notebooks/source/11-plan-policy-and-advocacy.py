# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: "Policy review, advocacy and civic leadership"
# ---

# %% tags=["parameters"]
# Whose work, and which school?
portfolio: str = "my-work/portfolio.json"  # help: where your work is kept
unit_id: str = ""  # help: the school's id; empty: the one chosen in notebook 00
release: str = ""  # help: published numbers, a path; empty: those chosen in notebook 00

# %% setup
# Open the lesson
from equitylab.widgets import Lesson

lesson = Lesson("m11", portfolio=portfolio, school=unit_id, release=release)

# %% opening
# Where are you, and what is saved?
lesson.opening()

# %% [markdown] quick screen and review tags=["facilitator"]
# 15 min. Inventory and quick screen (5), trade one rule in pairs (5), begin the 22 checks on the rule that asks for it (5).
# Move: “we do not know yet” is a full answer; it becomes a task with a name.
# What may go wrong: the review becomes a defence of the rule. Ask who is not in the room.

# %% [markdown] which rules
# ## Which rules shape a student's week?
#
# **Why.** A finding often leads to a rule that nobody has read for years.
# List a few, ask four questions of each, and review the one that needs it.

# %% inventory tags=["covers:S2-13", "interactive"]
# Which rules, who owns them, and who may bend them?
lesson.ask("inventory")

# %% quick screen tags=["covers:S2-13", "interactive"]
# Which of them needs a full review?
lesson.show("quick-screen")

# %% exchange
# Trade one rule with a partner
lesson.together("exchange")

# %% review tags=["covers:S2-04", "covers:S2-13", "interactive"]
# Twenty-two checks, in six stages
lesson.ask("review")

# %% tasks tags=["interactive"]
# Who finds out what you do not know yet?
lesson.ask("evidence-tasks")

# %% decision tags=["covers:S2-04", "interactive"]
# What do you decide for now?
lesson.ask("decision")

# %% [markdown] reading the review
# **How to read this.** The checks ask what is known, and by whom; they give no mark.
# While you do not know whom a rule affects it cannot be kept as it is: gather evidence, or try something small.
# This is no legal finding; take local advice where you are unsure.
#
# **Ask yourself.** Who wrote this rule, and whom did they have in mind?

# %% [markdown] rule simulator tags=["facilitator"]
# 20 min. Predict (2), entry rule (6), defiance (5), one of the other three by choice (4), what you would check (3).
# Move: each pair changes one number only, and says beforehand what it will do.
# What may go wrong: the simulator is quoted as a forecast. Read the assumptions aloud, and ask which one is wrong here.

# %% [markdown] simulators
# ## What would another rule do?
#
# **Why.** Rules are hard to change and easy to imagine.
# Try one on an imagined school first, where nobody is harmed.

# %% predict tags=["covers:S3-23", "interactive"]
# Guess first, then screen everyone
lesson.predict("prediction")

# %% [markdown] reading the entry rule
# **How to read this.** Open dots are the rule of today, filled dots the new one; lines show how far a school of this size could differ by luck.
# In one large district, screening everyone found many students whom referral had missed (Card and Giuliano, 2016).
# Here nothing is found: it follows from what is assumed.
#
# **Ask yourself.** Where do we depend on someone speaking up?

# %% entry rule tags=["covers:S3-23", "interactive"]
# Now change the numbers
lesson.show("entry-own")

# %% defiance tags=["covers:S2-04", "interactive"]
# Defiance: straight to the office, or agreed steps first
lesson.show("defiance-rule")

# %% other rules tags=["covers:S2-04", "interactive"]
# Lateness, fees, meetings
lesson.show("other-rules")

# %% simulated tags=["covers:S3-23", "interactive"]
# What does that teach you about your own rule?
lesson.ask("simulated")

# %% [markdown] one rule many schools
# ## Is one rule applied alike?
#
# **Why.** A district can have one policy and ten practices.
# Then a student's week hangs on the building.

# %% consistency tags=["covers:S3-21", "interactive"]
# One rule, ten schools
lesson.show("consistency")

# %% consistency ask tags=["covers:S3-21", "interactive"]
# Ask for one practice, with room for good reasons
lesson.ask("consistency-ask")

# %% [markdown] reading consistency
# **How to read this.** Schools stand by name.
# A wide line means few incidents; a hidden one means too few to show.
# That practice differs is no blame, and says nothing about which practice is right.
#
# **Ask yourself.** Which of our rooms would differ as much as these schools do?

# %% [markdown] redraft tags=["facilitator"]
# 15 min. Read the words now (3), write new ones alone (5), read in pairs and ask “what happens if nobody asks?” (5), scan one coming decision (2).
# Move: short sentences, present tense, who does what.
# What may go wrong: a redraft of what you do not control. Underline the part that is yours.

# %% [markdown] redrafting
# ## Which words are yours to change?
#
# **Why.** Some part of nearly every rule is local: a form, a default, a deadline, a letter.

# %% your words tags=["covers:S2-13", "interactive"]
# Redraft the part you control
lesson.ask("redraft")

# %% [markdown] staying informed
# ## What is being decided elsewhere?
#
# **Why.** Boards, districts, states and nations decide on your findings too, on days that can be known.
# Help exists as well, and changes: check a body's status before you rely on it.

# %% scan tags=["covers:S0-19", "interactive"]
# Which decisions are coming, at four levels?
lesson.ask("scan")

# %% scan levels tags=["covers:S0-19", "interactive"]
# Are all four levels watched?
lesson.show("scan-levels")

# %% bodies known tags=["covers:S2-17", "interactive"]
# Which bodies could help, and what was read of them?
lesson.show("bodies-known")

# %% bodies tags=["covers:S2-17", "interactive"]
# Add them to your scan, after checking
lesson.ask("bodies")

# %% [markdown] power map and brief tags=["facilitator"]
# 20 min. Know your lane (3), power map (5), coalition and listening plan (4), brief (8).
# Move: the ask is one sentence with a decision, a person and a day.
# What may go wrong: campaigning on public resources; a vague ask. Stop at the first “they should do more”.

# %% [markdown] people
# ## Who decides, and who could carry it with you?
#
# **Why.** One conversation with the right person can be worth ten posters.
# First the lane: what you may say, in which capacity, and with which means.

# %% lane tags=["interactive"]
# Know your lane
lesson.ask("lane")

# %% power tags=["covers:S0-22", "interactive"]
# Who decides, and who is listened to?
lesson.ask("power")

# %% power map tags=["covers:S0-22", "interactive"]
# Where would one conversation matter most?
lesson.show("power-map")

# %% coalition tags=["covers:S0-20", "interactive"]
# Who could carry it with you?
lesson.ask("coalition")

# %% listening tags=["covers:S0-21", "interactive"]
# Ten listening conversations
lesson.ask("listening")

# %% grassroots tags=["covers:S0-21", "interactive"]
# One winnable goal
lesson.ask("grassroots")

# %% [markdown] reading the map
# **How to read this.** The map holds roles and bodies at one moment; people move.
# It is for deciding whom to listen to next, and is not for passing on.
#
# **Ask yourself.** When did you last use influence on someone's behalf with their permission?

# %% [markdown] the page
# ## What will you ask for, on one page?
#
# **Why.** Those who decide have minutes.
# Counts, how sure they are, what people said with consent, one ask, a cost.

# %% brief tags=["covers:S0-22", "covers:S2-09", "interactive"]
# The brief, 350 words
lesson.ask("brief")

# %% brief page tags=["covers:S2-09", "interactive"]
# Your page as it will be read
lesson.show("brief-page")

# %% funding tags=["covers:S2-03", "covers:S3-22", "interactive"]
# The money in your ask
lesson.ask("funding")

# %% [markdown] reading the page
# **How to read this.** The checks look for counts, an interval or a word for how sure, a source, a limit, consent, a decision maker and a day.
# They cannot tell whether it is true: someone else should read it against the finding card.
#
# **Ask yourself.** Would those whom the page speaks of recognise themselves, and agree?

# %% [markdown] two-minute testimony tags=["facilitator"]
# 12 min. Threes, two minutes each with a timer, half a minute of saying back; change seats.
# Move: the decision maker repeats the fact and the ask, and nothing else.
# What may go wrong: a story without consent. Then the fact alone.

# %% [markdown] aloud
# ## Can you say it in two minutes?
#
# **Why.** What cannot be said aloud in two minutes will not be repeated by anyone.

# %% testimony tags=["covers:S0-22", "interactive"]
# Write it as you would say it
lesson.ask("testimony")

# %% rehearse
# Say it to two people
lesson.together("testimony")

# %% [markdown] civic pathway and promise tags=["facilitator"]
# 8 min. Pathways read alone (2), one first step (2), two overlooked people, privately (2), promises (2).
# Move: elected office is one of six, and “not now” is a good answer.
# What may go wrong: party talk. The pathways are nonpartisan; take it outside the session.

# %% [markdown] pathways
# ## Which way of leading fits you now?
#
# **Why.** Some findings end at the edge of the school.
# There are several lawful ways beyond it, and none needs a membership.

# %% pathway steps tags=["interactive"]
# First steps, skills and cautions
lesson.show("pathway-steps")

# %% pathway tags=["covers:S2-21", "interactive"]
# Which pathway, and which first step?
lesson.ask("pathway")

# %% elected tags=["covers:S2-21", "interactive"]
# If you think of elected office: six questions first
lesson.ask("elected")

# %% new leaders tags=["covers:S2-22", "interactive"]
# Two people who are often overlooked
lesson.ask("new-leaders")

# %% [markdown] reading the pathways
# **How to read this.** Rules on leave, conflicts of interest and public means differ by place and role.
# What stands here asks questions; it gives no legal advice, and names no party or candidate.
#
# **Ask yourself.** Which pathway fits your strengths and season of life?

# %% [markdown] closing
# ## Before you close
#
# One promise with a date, a private question or two, and five questions to check yourself.

# %% promise tags=["interactive"]
# One promise, with a date
lesson.promise()

# %% reflect tags=["interactive"]
# Questions for yourself
lesson.reflect()

# %% check tags=["interactive"]
# Check yourself
lesson.check()

# %% [markdown] done
# ## What you have done
#
# - Reviewed one policy for what it does to different groups, and redrafted the part you control.
# - Simulated a rule change, and compared who is affected before and after.
# - Mapped decision makers, and composed a one-page brief with a specific ask.
# - Chosen a civic or leadership pathway, and taken a first lawful, nonpartisan step.

# %% answers
# What is recorded from this notebook?
lesson.answers()

# %% save
# Save your work
lesson.save()
