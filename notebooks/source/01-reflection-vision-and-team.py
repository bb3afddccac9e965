# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: "A shared vision and an audit team"
# ---

# %% tags=["parameters"]
# Whose work, and which school?
portfolio: str = "my-work/portfolio.json"  # help: where your work is kept
unit_id: str = ""  # help: the school's id; empty: the one chosen in notebook 00
release: str = ""  # help: published numbers, a path; empty: those chosen in notebook 00

# %% setup
# Open the lesson
from equitylab.widgets import Lesson

lesson = Lesson("m01", portfolio=portfolio, school=unit_id, release=release)

# %% opening
# Where are you, and what is saved?
lesson.opening()

# %% [markdown] definition card sort tags=["facilitator"]
# 10 min. Five minutes alone with the eight cards, then four corners (the instructions are in the notebook).
# Move: ask for the card that was hardest, and hear two people who placed it differently.
# What may go wrong: arguing about words for the whole hour. At minute ten, stop; the disagreement goes into the definition.

# %% [markdown] what do we mean
# ## What do we mean by equity?
#
# **Why.** Two ideas share one word.
# One says: the same opportunities and resources for all.
# The other says: resources matched to need.
# Schools that never choose argue about it in each budget meeting.
# Sort first, with reasons; read what others say afterwards.

# %% definition sort tags=["covers:S0-01", "covers:S2-02", "covers:S3-03", "interactive"]
# Place eight cards, and say why
lesson.ask("definition-sort")

# %% four corners
# Four corners
lesson.together("four-corners")

# %% [markdown] reading the sort
# **How to read this.** “Look again” is an invitation and no mark.
# Equality is not the enemy here: the same input is right where needs are the same, and the same rule is right where it works the same for all.
#
# **Ask yourself.** Which of my own rules would I have placed under “equality” with a good conscience a year ago?

# %% [markdown] write and compare definitions tags=["facilitator"]
# 15 min. Five minutes with the four definitions and two decisions, five to write, five to read aloud in pairs.
# Move: the listener may only ask “and how would we know?”.
# What may go wrong: one perfect sentence written by one person. Collect three, and let the team keep the best half of each.

# %% [markdown] four definitions
# ## What would each definition have us do?
#
# **Why.** A definition shows its worth when there is something to decide.
# Below, four working definitions meet four decisions at Riverbend.

# %% definitions tags=["covers:S3-03", "interactive"]
# Change the decision, and compare
lesson.show("four-definitions")

# %% own definition tags=["covers:S0-01", "interactive"]
# Write the definition that your reports will carry
lesson.ask("definition")

# %% [markdown] reading the definition
# **How to read this.** When all three parts are there, you see the sentence as reports print it.
# It can be changed at any time; reports made later carry the new one.
#
# **Ask yourself.** Whose idea of a good school is already written into our timetable?

# %% [markdown] vision draft and quality tests tags=["facilitator"]
# 20 min. Score three sample visions first (5), picture (4), draft alone (5), read aloud in threes (4), self-score (2).
# Move: “I heard a promise that …”, “I did not hear …”; nobody defends a text.
# What may go wrong: a vision as slogan. Ask: what would it make us refuse?

# %% [markdown] sample visions
# ## What makes a vision one that we could be held to?
#
# **Why.** It is easier to see what is missing in someone else's words.
# Score three visions; then see how another team scored them.

# %% score three visions tags=["covers:S3-01", "interactive"]
# Score three visions
lesson.ask("sample-visions")

# %% compare scores tags=["interactive"]
# How did another team score them?
lesson.show("sample-visions-compare")

# %% [markdown] picture first
# ### First the picture, then the words
#
# Think of one school day, five years from now, of a student whom you serve least well today.

# %% picture tags=["interactive"]
# The day, three voices, and what must stop, start, continue
lesson.ask("picture")

# %% vision tags=["covers:S3-01", "interactive"]
# Your vision, in 60 words or fewer
lesson.ask("statement")

# %% read aloud
# Read it to someone
lesson.together("read-aloud")

# %% self score tags=["covers:S3-01", "interactive"]
# Score it yourself
lesson.ask("self-score")

# %% [markdown] reading the tests
# **How to read this.** The list under your vision looks for words: it can miss a good sentence and like an empty one.
# Your own seven scores count, and so do those of people who were not in the room.
#
# **Ask yourself.** Which words in our vision could someone hold us to next week?

# %% [markdown] principle and goals
# ## Does it hold for each student, and where will it live?
#
# **Why.** A vision for every student has to survive one question: for whom would it work out differently?
# And it lives only where it is written into something: a policy, a timetable, a budget, somebody's role.

# %% principle tags=["covers:S2-24", "interactive"]
# Test it: fair, just, inclusive
lesson.ask("principle")

# %% goals tags=["covers:S3-02", "interactive"]
# Two draft goals, and where each one lives
lesson.ask("goals")

# %% commitments tags=["covers:S3-02", "interactive"]
# What adults commit to
lesson.ask("commitments")

# %% [markdown] high expectations
# ### Say it so that the demand stays
#
# Expectations travel in small phrases.
# “This is hard enough for you” is said kindly, and it closes a door.
# Collect three such phrases, and replace each one with words that keep the task whole and add support.

# %% phrases tags=["covers:S3-04", "interactive"]
# Find and replace three phrases
lesson.ask("phrases")

# %% [markdown] reading the phrases
# **How to read this.** The check looks for support in the new phrase; whether the demand is still there, you say.
#
# **Ask yourself.** Which of these phrases was once said to me, and what did I do with it?

# %% [markdown] stakeholder map tags=["facilitator"]
# 15 min. Five minutes to rate six groups, two for the guess, five for the map, three to try out one invitation in pairs.
# Move: for each group in the frame, the room names a person or place that could be asked this week.
# What may go wrong: “they never come”. Ask what was offered, at which hour, in which language.

# %% [markdown] who is missing
# ## Who has much at stake, and who is heard?
#
# **Why.** An audit made by the people who are always in the room finds what they already know.
# Students, families, teachers, support staff and community partners see parts of the school that no table has.

# %% stakeholders tags=["covers:S0-14", "interactive"]
# Rate stake and voice, and plan supports
lesson.ask("stakeholders")

# %% predict the map tags=["covers:S0-14", "interactive"]
# Who will stand out? Then see the map
lesson.predict("missing-guess")

# %% invitation
# Try out an invitation
lesson.together("invitation")

# %% [markdown] reading the map
# **How to read this.** Each name stands where you rated it; the frame holds those with much at stake and little voice.
# The ratings are yours. People on the map might rate themselves otherwise, and asking them is the first invitation.
# The rule: whoever is in the frame gets a named invitation and a support.
#
# **Ask yourself.** Who was missing when we drafted the vision?

# %% [markdown] team charter start tags=["facilitator"]
# 10 min. Fill the seats and three decisions now; data agreement and charter are homework for two named people.
# Move: ask “who decides?” until there is one answer for each decision.
# What may go wrong: students added as decoration. Ask what they will decide.

# %% [markdown] the team
# ## Who is on the team, and who decides what?
#
# **Why.** Seven to eleven people, among them students and families, with clear words about who decides: that is a team.
# Without those words it is an audience.

# %% seats tags=["covers:S0-12", "covers:S3-12", "interactive"]
# Fill the team, seat by seat
lesson.ask("members")

# %% team check tags=["covers:S0-12", "interactive"]
# Does the team hold what it needs?
lesson.show("team")

# %% decision rights tags=["covers:S2-05", "interactive"]
# Who recommends, is heard, decides, is told?
lesson.ask("decisions")

# %% safeguards tags=["covers:S3-12", "interactive"]
# Students on the team, safely
lesson.ask("safeguards")

# %% data agreement tags=["interactive"]
# Who opens what, and what is never shown?
lesson.ask("data-agreement")

# %% charter tags=["covers:S0-12", "interactive"]
# The charter
lesson.ask("charter")

# %% [markdown] reading the team
# **How to read this.** “Met” and “open” are about composition, and say nothing about the people.
# A seat without a support is an invitation to those who would have come anyway.
#
# **Ask yourself.** Which decision am I least willing to share, and what do I fear?

# %% [markdown] promise tags=["facilitator"]
# 5 min. One promise each, with a date and a witness, read aloud standing up.
# Before that: everybody saves. Send the two homework forms to the two named people.
# What may go wrong: running over. Never cut the promise; cut the data agreement.

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
# - Compared four working definitions of equity, and written one that your school can act on.
# - Drafted a vision, and scored it against seven quality tests.
# - Mapped stakeholders by stake, voice and influence, and found who is missing.
# - Assembled an audit team with roles, decision rights and supports for taking part.

# %% answers
# What is recorded from this notebook?
lesson.answers()

# %% save
# Save your work
lesson.save()
