# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: "Leader self-reflection: five principles in practice"
# ---

# %% tags=["parameters"]
# Whose work, and which school?
portfolio: str = "my-work/portfolio.json"  # help: where your work is kept
unit_id: str = ""  # help: the school's id; empty: the one chosen in notebook 00
release: str = ""  # help: published numbers, a path; empty: those chosen in notebook 00

# %% setup
# Open the lesson
from equitylab.widgets import Lesson

lesson = Lesson("m02", portfolio=portfolio, school=unit_id, release=release)

# %% opening
# Where are you, and what is saved?
lesson.opening()

# %% [markdown] privacy and purpose tags=["facilitator"]
# 5 min. Read the privacy statement aloud. Say that you will not look at screens, and then do not.
# Skipping any item is allowed, and nobody is asked why.
# What may go wrong: asking for confessions. This is about what we do on a Tuesday, and not about who we are.

# %% [markdown] privacy
# ## Who sees what I write here?
#
# **Why.** Nobody is honest on a form that might be shown around.
# Everything in this notebook stays in your own file: it is in no report, on no wall, in no export for team, district, public or cohort.
# It is not for evaluation, and no item asks about your beliefs or who you are.

# %% purpose tags=["interactive"]
# Read it, and choose your twenty minutes
lesson.ask("purpose")

# %% [markdown] self-assessment alone tags=["facilitator"]
# 20 min. Silence, alone, each at their own speed; nine short parts.
# Tell the room at minute ten that unfinished is fine and that it is saved.
# What may go wrong: talk at the tables. Offer a second room.

# %% [markdown] the ratings
# ## What do I actually do?
#
# **Why.** Five principles and four characteristics of equity leaders, in 41 sentences about practice.
# Rate how often each was true over the last two months, and write one line of evidence where there is some.
# The lines are worth more than the numbers.
#
# The five: recognising and confronting bias, prioritising students furthest from opportunity, inclusive decision-making, using data, targeted support and resources.
# The four: cultural competence, collaboration, an evidence habit, advocacy.

# %% ratings tags=["covers:S4-03", "covers:S4-04", "covers:S4-05", "covers:S4-06", "covers:S4-07", "covers:S2-06", "covers:S2-07", "covers:S2-08", "covers:S2-09", "interactive"]
# Rate 41 sentences about practice, with evidence
lesson.ask("ratings")

# %% [markdown] asking about the ratings
# **How to read this.** “Not part of my role” is left out of all sums.
# A high rating without a line is not wrong: it is a question to ask somebody.
#
# **Ask yourself.** Whose answer to these sentences would differ most from mine?

# %% [markdown] evidence and over-claiming check tags=["facilitator"]
# 15 min. Prediction and own profile (5), the two fictional leaders in pairs (5), the eight evidence lines (5).
# Only the fictional leaders are talked about; own profiles stay closed unless someone chooses otherwise.
# What may go wrong: scores shown to others, also in pride. Say that numbers of two people cannot be compared.

# %% [markdown] the profile
# ## What shape does it have?
#
# **Why.** Nine scales, no total, no labels.
# The shape shows where practice is settled and where evidence is thin.
# Say first what you expect.

# %% predict the profile tags=["covers:S4-06", "covers:S2-08", "interactive"]
# What do you expect to see? Then look
lesson.predict("expectation")

# %% profile tags=["interactive"]
# Your profile, and beside it one of two fictional leaders
lesson.show("profile")

# %% [markdown] reading the profile
# **How to read this.** A mark is the mean of the items that you rated, from 1 to 5; it needs at least six in ten of a scale's items.
# Filled means that at least half of the rated items have a line of evidence.
# It cannot say how you lead: it says what you noticed about two months.
#
# **Ask yourself.** Which rating surprised me, and what evidence did I reach for first?

# %% two leaders tags=["covers:S4-05", "covers:S2-07", "interactive"]
# Two fictional leaders, one scale at a time
lesson.show("leaders")

# %% leaders note tags=["interactive"]
# What could each of them learn from the other?
lesson.ask("leaders-note")

# %% [markdown] evidence
# ## Would someone else see it?
#
# **Why.** Good intentions are invisible from the outside.
# Evidence is what a colleague, a student or a parent could look up or confirm.

# %% evidence sort tags=["interactive"]
# Sort eight lines of evidence
lesson.ask("evidence-sort")

# %% better evidence tags=["interactive"]
# Two of your ratings, looked at again
lesson.ask("evidence-better")

# %% [markdown] asking about evidence
# **Ask yourself.** Whom could I ask what they see, and what would make it safe for them to be honest?

# %% [markdown] decision replay tags=["facilitator"]
# 15 min. The Friday case together (4), own decision alone (7), interrupter and redesign (4).
# No names, no confessions: the question is where the procedure let bias in.
# What may go wrong: treating bias as a character flaw. Say “which step?” each time someone says “who?”.

# %% [markdown] one decision
# ## Where could bias come into a decision?
#
# **Why.** Shortcuts of the mind are normal, and they decide most when we are tired, rushed or alone.
# So look at one decision as a procedure with places where something can slip in.
# Practise on an invented Friday first.

# %% friday tags=["interactive"]
# Practice: a Friday decision
lesson.ask("friday")

# %% replay tags=["covers:S4-03", "covers:S3-14", "interactive"]
# Replay a decision of your own, in six steps
lesson.ask("replay")

# %% interrupters tags=["covers:S3-14", "interactive"]
# What interrupts bias at that point, and what does research say?
lesson.show("interrupters")

# %% [markdown] reading the interrupters
# **How to read this.** Each place that you ticked has two steps that answer to it.
# The note on research is there because awareness sessions alone are often bought as a solution.
# Learning about bias is a beginning; a changed procedure is what works on a busy day, and it too should be checked.
#
# **Ask yourself.** When did someone interrupt a bias for me, and how did it feel?

# %% redesign tags=["covers:S3-14", "covers:S4-03", "interactive"]
# Redesign one decision that recurs
lesson.ask("redesign")

# %% [markdown] trios share by choice tags=["facilitator"]
# 12 min. Trio listening: three minutes each, no advice, no notes. Speakers choose what to share; passing is fine.
# Keep the time yourself, with a soft sound. Save portfolios before it starts.
# What may go wrong: advice. Stop it kindly at the first sentence; the norm is listening.

# %% trios
# Trio listening
lesson.together("trios")

# %% [markdown] growth edges and if-then tags=["facilitator"]
# 8 min. Two edges, two sentences with “if” and “then”, one date. Read one aloud to the trio if you wish.
# What may go wrong: “I will try to be more …”. Ask what a student would see.

# %% [markdown] growth
# ## What will I do next Thursday?
#
# **Why.** A plan that names the situation is kept more often than a resolution.
# Choose two growth edges, and tie each one to a moment that you will recognise.

# %% growth edges tags=["covers:S0-23", "covers:S4-04", "covers:S4-07", "interactive"]
# Two growth edges, as if-then commitments
lesson.ask("edges")

# %% community learning tags=["covers:S3-10", "covers:S2-06", "interactive"]
# Learn with a community, and check that it was used
lesson.ask("community-learning")

# %% repeat date tags=["covers:S0-23", "interactive"]
# When will you rate again?
lesson.ask("again")

# %% [markdown] reading the growth plan
# **How to read this.** The first line under a commitment is your own sentence, put together.
# If it still holds a word such as “try”, ask what somebody could watch you do.
#
# **Ask yourself.** Which commitment will be hardest on a busy Thursday?

# %% [markdown] later
# ## When you come back
#
# **Why.** After 16 weeks, and again after six months, the same sentences show what has moved.
# One item up or down is the difference between two days.
# Movement is described only when at least three items of a scale moved, or when the lines of evidence changed.
# If this is your first time, pass over this part.

# %% second rating tags=["covers:S0-23", "interactive"]
# The second rating, without looking at the first
lesson.ask("ratings-again")

# %% movement tags=["covers:S0-23", "interactive"]
# What has moved?
lesson.show("movement")

# %% [markdown] reading movement
# **How to read this.** “Not enough to speak of movement” is a finding too.
# A lower rating with a better line of evidence can be the largest step of all.
#
# **Ask yourself.** What would someone who works with me say has changed?

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
# - Rated your own practice on five principles and four characteristics, and cited evidence.
# - Analysed one recent decision for points where bias could enter.
# - Redesigned one recurring decision with a step that interrupts bias.
# - Selected two growth edges and written if-then commitments.

# %% answers
# What is recorded from this notebook?
lesson.answers()

# %% save
# Save your work
lesson.save()
