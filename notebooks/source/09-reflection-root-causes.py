# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: "From symptoms to systems: root causes, cases and inclusive decisions"
# ---

# %% tags=["parameters"]
# Whose work, and which school?
portfolio: str = "my-work/portfolio.json"  # help: where your work is kept
unit_id: str = ""  # help: the school's id; empty: the one chosen in notebook 00
release: str = ""  # help: published numbers, a path; empty: those chosen in notebook 00

# %% setup
# Open the lesson
from equitylab.widgets import Lesson

lesson = Lesson("m09", portfolio=portfolio, school=unit_id, release=release)

# %% opening
# Where are you, and what is saved?
lesson.opening()

# %% [markdown] problem notes tags=["facilitator"]
# 8 min. Two minutes to write the first cause alone and fold the paper, six for one sentence in pairs.
# Move: read each sentence aloud and ask who its subject is.
# What may go wrong: the sentence holds the cause already. Cut it there; the second half goes onto the fishbone.

# %% [markdown] the problem
# ## What exactly is the problem?
#
# **Why.** A problem that is stated as a lack in students has no handle.
# One that begins with a rule or a routine can be worked on.
# First write down the cause that comes to your mind, and put it aside: you will meet it again at the end.

# %% first cause tags=["interactive"]
# Which cause comes to mind first?
lesson.ask("prediction")

# %% problem tags=["covers:S3-08", "interactive"]
# One sentence, from one of your priorities
lesson.ask("problem")

# %% [markdown] reading the problem
# **How to read this.** The check looks at the subject, at words of blame, at the evidence, and at whether it is one problem.
# It reads words only; whether the sentence is fair, those it speaks of can say.
#
# **Ask yourself.** Would a student whom this sentence is about nod?

# %% [markdown] fishbone notes tags=["facilitator"]
# 20 min. Students' and families' entries are read aloud first (4); all write, one bone a group (8); walk and add (5); sort by control, influence and advocate (3).
# Move: at the context bone say it plainly: history, housing, discrimination. Then ask what the school adds to it.
# What may go wrong: stopping at families. Ask what the school knows from them, and which bone is still empty.

# %% [markdown] the fishbone
# ## Which conditions may stand behind it?
#
# **Why.** The first cause that comes to mind is usually the nearest, and rarely the only one.
# Eight bones make you look in eight places.
# Context is one of them: historical and present disparities in housing, work, transport and law are real, and naming them is part of being honest.
# It is not the end of the question.

# %% bones tags=["covers:S3-08", "covers:S0-02", "interactive"]
# Write conditions, bone by bone
lesson.ask("bones")

# %% fishbone chart tags=["covers:S3-08", "covers:S0-02"]
# The fishbone
lesson.show("fishbone")

# %% [markdown] reading the fishbone
# **How to read this.** Nothing on it is tested yet.
# Go on when four bones have an entry and at least one entry came from students or families; ask them before the meeting, in their words.
#
# **Ask yourself.** Which cause did I reach first, and why that one?

# %% [markdown] reach
# ## What can adults here do about each?
#
# **Why.** Poverty, racism and discrimination reach into every school, and no school ends them alone.
# What a school adds to them or takes away is in its hands.
# Sort ten conditions for practice; then look at your own.

# %% reach practice tags=["covers:S2-37", "covers:S0-02", "interactive"]
# Control, influence or advocate: ten conditions
lesson.ask("reach-practice")

# %% reach chart tags=["covers:S2-37", "covers:S0-02"]
# Your own conditions, by what you can do
lesson.show("reach")

# %% [markdown] reading the reach
# **How to read this.** The reach and the first step come from your fishbone entries above: for what you influence, name a partner, and for what you advocate for, name whom you ask and who stands beside you.
# Notebook 11 takes the advocacy on.
#
# **Ask yourself.** Which condition do we call context although a part of it is our own rule?

# %% [markdown] whys notes tags=["facilitator"]
# 15 min. Three minutes with Riverbend's branching whys, ten for two chains in pairs, two to read the ends aloud.
# Move: “and why is that?” in a friendly voice; when it turns to a person, “what made that likely?”.
# What may go wrong: a single story. Ask for a second branch before any chain reaches five.

# %% [markdown] five whys
# ## Why, and why is that?
#
# **Why.** Asking why five times takes you from what is seen to what is decided.
# Each answer is a condition and never a character.
# Where there are two answers, the chain branches.
# Stop where adults can change something, or advocate to change it.

# %% branching tags=["covers:S3-08", "interactive"]
# Choose among branching whys, with Riverbend
lesson.show("branching")

# %% ask first
# Before you write the whys
lesson.together("ask-first")

# %% causes tags=["covers:S3-08", "interactive"]
# Your own chains
lesson.ask("causes")

# %% why tree tags=["covers:S3-08"]
# The whys, drawn
lesson.show("why-tree")

# %% [markdown] reading the whys
# **How to read this.** Filled points are where a chain ends.
# If a step speaks of what students, families or colleagues are like, the check offers a question to put in its place.
#
# **Ask yourself.** At which step did I stop asking because the next answer would be about my own decisions?

# %% [markdown] tests notes tags=["facilitator"]
# 15 min. Pairs swap their chains: each writes “if it were false, we would see …” for the other (8), then a check that fits in two weeks (5), then says it aloud (2).
# Move: offer five checks: compare rooms, follow five students, ask ten people, read twenty referrals, look at the timing.
# What may go wrong: a check that can only confirm. Ask which result would change the plan.

# %% [markdown] could it be wrong
# ## Could it be wrong?
#
# **Why.** A cause that nothing could speak against cannot be learned from.
# Say what you would see if it were true, and what if it were not; then look.
# A cause enters the plan with one passed check, or it is called what it is: an assumption to test.

# %% tests tags=["covers:S3-08", "interactive"]
# Put each cause to a test
lesson.ask("tests")

# %% tests table tags=["covers:S3-08"]
# Which may enter the plan?
lesson.show("tests-table")

# %% accounted tags=["interactive"]
# What does a gap go with, and who decides that?
lesson.show("accounted")

# %% [markdown] reading the tests
# **How to read this.** A passed check makes a cause more likely; it does not settle it, since other causes may show the same.
# A cause that did not hold stays in the map: someone else will think of it again.
#
# **Ask yourself.** Which of our causes could be proved wrong?

# %% [markdown] cases notes tags=["facilitator"]
# 20 min. Six minutes a case in groups, then new groups, two minutes a case and one question: which part does the evidence support? Last three minutes: the ten recommendations, three of them.
# Move: give the case that people love to the person who doubts it most.
# What may go wrong: copying cases. Ask for the mechanism, and what it needs to work here.

# %% [markdown] the cases
# ## What do published cases show, and what not?
#
# **Why.** Leaders are told about places that did it.
# Some of these accounts are better than their evidence, and some of the evidence is better than its fame.
# Four boxes help: claim, evidence, caveat, transfer.
# The studies here include results that their friends leave out: gains that did not come from the part everyone copies, a country that is no longer where it was, a trial with weaker results in grades 6 to 8, and an average that must not be used to choose a person.

# %% case tags=["covers:S2-18", "covers:S2-19", "covers:S3-31", "interactive"]
# Read a case with its limits
lesson.show("case")

# %% finland tags=["covers:S2-20"]
# Finland: consistently at the top?
lesson.show("finland")

# %% jigsaw
# One case a group
lesson.together("jigsaw")

# %% boxes tags=["covers:S2-18", "covers:S2-19", "covers:S2-20", "covers:S3-31", "interactive"]
# Four boxes a case, and a rating of transfer
lesson.ask("boxes")

# %% models tags=["interactive"]
# Another reader's boxes
lesson.show("models")

# %% [markdown] reading the cases
# **How to read this.** A trial tells about its schools and its version of the programme; a comparison of countries cannot tell which difference matters.
# Transfer is strongest where mechanism, people and conditions match, and where you can test small.
#
# **Ask yourself.** What did the case make me doubt?

# %% [markdown] recommendations
# ### Ten recommendations, beside your own rules
#
# OECD (2012) drew ten recommendations from comparing countries.
# Do not adopt them: test them.
# Point to the local rule that follows or contradicts each one, and say who could change it.

# %% oecd tags=["covers:S1-02", "covers:S2-18", "interactive"]
# Test at least three against a rule you can point to
lesson.ask("oecd")

# %% oecd table tags=["covers:S1-02"]
# Where do local rules differ?
lesson.show("oecd-table")

# %% [markdown] decision notes tags=["facilitator"]
# 8 min. Two minutes to name the next real decision, four to plan it, two to read the invitation aloud.
# Move: “what are we promising?” for each rung; nobody is invited to decide what is decided already.
# What may go wrong: consultation sold as sharing power. A lower rung that is honest is better.

# %% [markdown] the decision
# ## Who decides with you?
#
# **Why.** What you found out will lead to a decision.
# Those it affects can be informed, asked, involved, or decide with you.
# Say which, remove what keeps them away, keep the promise, and report back.

# %% decisions tags=["covers:S4-05", "interactive"]
# Plan one decision with the people it affects
lesson.ask("decisions")

# %% ladder tags=["covers:S4-05"]
# Where do your decisions stand on the ladder?
lesson.show("ladder")

# %% [markdown] reading the ladder
# **How to read this.** Higher is not always better: a decision about one student's support belongs to few people.
# The question is whether those most affected could have changed what was decided.
#
# **Ask yourself.** In the last three big decisions here, what changed through someone who does not work here?

# %% [markdown] promise notes tags=["facilitator"]
# 4 min. Unfold the paper from the beginning: is the first cause still on the map? Then one promise each, aloud to a partner.
# Move: thank those who gave up a cause they had believed in.

# %% [markdown] before you go
# ## Before you go
#
# Look back at the cause that came to your mind first.
# Then one promise with a date, a private question or two, and five questions to check yourself.

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
# - Constructed a fishbone and chains of whys that end in something adults control.
# - Tested a hypothesis about causes with evidence that could prove it wrong.
# - Critiqued a published case: claim, evidence, caveat, what transfers.
# - Planned a decision with the people it affects, on a rung of the participation ladder.

# %% answers
# What is recorded from this notebook?
lesson.answers()

# %% save
# Save your work
lesson.save()
