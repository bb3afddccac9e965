# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: "Inclusive pedagogy: observe, reflect, commit"
# ---

# %% tags=["parameters"]
# Whose work, and which school?
portfolio: str = "my-work/portfolio.json"  # help: where your work is kept
unit_id: str = ""  # help: the school's id; empty: the one chosen in notebook 00
release: str = ""  # help: published numbers, a path; empty: those chosen in notebook 00

# %% setup
# Open the lesson
from equitylab.widgets import Lesson

lesson = Lesson("m08", portfolio=portfolio, school=unit_id, release=release)

# %% opening
# Where are you, and what is saved?
lesson.opening()

# %% [markdown] memory notes tags=["facilitator"]
# 10 min. Four minutes alone, then pairs, three minutes each way; the listener asks one question only.
# Move: say that passing is fine, and that nobody will be asked to speak about who they are.
# What may go wrong: a painful memory. Slow down, offer a break, and come back to what an adult chose.

# %% [markdown] two memories
# ## When was a lesson made for you?
#
# **Why.** Everyone has sat in a lesson that was not made for them, and in one that was.
# Both were made by choices about a task, a room and a routine.
# Remembering them makes it easier to see such choices in the rooms that you lead.
# What you write is private.

# %% memory tags=["interactive"]
# Two lessons from your own years as a learner
lesson.ask("memory")

# %% memory pair
# Two memories, in pairs
lesson.together("memory-pair")

# %% [markdown] reading the memory
# **Ask yourself.** In the lesson that was not made for me: what could have been different, and what would it have cost?

# %% [markdown] look-fors notes tags=["facilitator"]
# 20 min. Three minutes to read, fourteen to code six areas alone, three to look at two experienced observers.
# Move: whenever someone says “she should have”, ask “which line?”.
# What may go wrong: the checklist becomes an evaluation. Say it once more: the observed teacher owns the notes.

# %% [markdown] look-fors
# ## What can be seen in a lesson?
#
# **Why.** “Inclusive” is a big word until two people look at the same lesson.
# The checklist has 36 look-fors: twenty follow the nine guideline areas of universal design for learning, sixteen come from culturally responsive teaching.
# They are for noticing together, and never for rating a teacher.

# %% vignette tags=["interactive"]
# Read a lesson, line by line
lesson.show("vignette")

# %% code tags=["covers:S0-04", "covers:S0-16", "covers:S2-27", "covers:S3-13", "interactive"]
# Code it with the look-fors, and name the lines
lesson.ask("code")

# %% experts tags=["covers:S0-16", "covers:S3-13", "interactive"]
# Set your codings beside two experienced observers'
lesson.show("experts")

# %% [markdown] reading the codings
# **How to read this.** The two observers do not agree everywhere either.
# A coding is as good as its lines: theirs name the lines that they went by, so that you can argue with them.
# This lesson has real strengths, and on a few look-fors not every learner is included.
#
# **Ask yourself.** What did I notice about who did the thinking?

# %% [markdown] calibration notes tags=["facilitator"]
# 15 min. Read out and type in (5), meter (3), talk only about differences of two (5), agree one reading (2).
# Move: “what does the wording ask for: one learner, most, or every?”
# What may go wrong: one of the two changes a coding to match. Codes stand as they were; the talk is the point.

# %% [markdown] calibrate
# ## Would a colleague have seen the same?
#
# **Why.** Feedback that depends on who visits is not fair to anyone.
# Two people code the same lesson, compare, and talk about the look-fors that are two apart.
# That is most of what observer training does.

# %% partner tags=["interactive"]
# Type in your partner's codings
lesson.ask("partner")

# %% meter tags=["covers:S0-17", "interactive"]
# How far do you agree?
lesson.show("meter")

# %% calibrate together
# Calibrating with a partner
lesson.together("calibrate")

# %% calibrated tags=["covers:S0-17", "interactive"]
# What will you both watch for?
lesson.ask("calibrated")

# %% [markdown] reading the meter
# **How to read this.** “The same” is strict, and “within one step” is what most teams aim at.
# Look at the third number too: two people who rate most things alike out of habit match often without having looked.
# What counts is how far you are above that, and above all the list of look-fors to talk about.
#
# **Ask yourself.** Was I kinder or stricter than my partner, and with whom in mind?

# %% [markdown] several visits
# ### What several visits show together
#
# One lesson says little about a school.
# From five visits to different rooms on, a summary by area stands: it is about routines that rooms share, and never about a teacher.
# There are practice tallies of eight rooms; with your own visits, yours appear instead.

# %% visit summary tags=["covers:S2-27", "covers:S0-16", "interactive"]
# What do eight visits show together?
lesson.show("summary")

# %% visits tags=["covers:S2-27", "interactive"]
# Tallies from your own visits, without names
lesson.ask("visits")

# %% [markdown] reading the visits
# **How to read this.** Each dot is the share of relevant look-fors that were clearly present, with its interval.
# The intervals are wide, because look-fors in one lesson hang together: eight lessons are eight looks, not two hundred.
# Try counting four visits only, and see that nothing is shown.
#
# **Ask yourself.** What would I need to see before I believed that a routine is shared by most rooms?

# %% [markdown] redesign notes tags=["facilitator"]
# 25 min. Five tasks and the sort (8), redesign the yeast lesson alone (7), compare with what others changed (3), own task in threes (7).
# Move: one in each three guards the demand, and says so whenever a change makes the task smaller.
# What may go wrong: removing the demand instead of the barrier; learning-styles talk; stopping at a festival. The sort and the check are there for these three.

# %% [markdown] demand
# ## Who is asked to reason?
#
# **Why.** High expectations are not in a poster; they are in the task on the desk.
# Five tasks of one week, from different classes, show who was asked to explain, argue or create.

# %% tasks tags=["covers:S3-04", "interactive"]
# Collect five tasks of this week
lesson.ask("tasks")

# %% demand chart tags=["covers:S3-04"]
# Who was asked to reason?
lesson.show("demand")

# %% [markdown] reading the demand
# **How to read this.** A handful of tasks is a prompt to look again, and says nothing about a class or a colleague.
# A recall task can be right on Monday; a week of them for one class is a question.
#
# **Ask yourself.** In which class would I least like my own child to have spent this week?

# %% [markdown] about variability
# ## Is it variability, or a label?
#
# **Why.** Advice to school leaders often asks for teaching that fits “diverse learning styles”.
# The wish behind it is good: learners differ, and one way in is too few.
# The claim itself, that learners are of a type and learn more when teaching matches it, has been tested and is not supported (Pashler and others, 2008).
# Plan for variability instead: several ways in, open to everyone, towards one demanding goal.

# %% variability tags=["covers:S3-24", "covers:S3-13", "interactive"]
# Sort eight practices, and read why
lesson.ask("variability")

# %% [markdown] about redesign
# ## How do you take a barrier away and keep the demand?
#
# **Why.** Most lessons have a barrier that nobody put there on purpose.
# Taking it away is half of the skill.
# The other half is to leave the goal whole, so that everyone meets the reasoning.

# %% redesign tags=["covers:S3-24", "covers:S3-13", "covers:S0-17", "interactive"]
# Redesign a rigid lesson
lesson.ask("redesign")

# %% redesign model tags=["interactive"]
# What did others change?
lesson.show("redesign-model")

# %% redesign together
# Notice, wonder, redesign
lesson.together("redesign-together")

# %% own task tags=["covers:S3-24", "covers:S3-13", "covers:S0-17", "interactive"]
# A task of next week, at your school
lesson.ask("own-task")

# %% [markdown] reading the redesign
# **How to read this.** The check looks for words that often mean a smaller task, such as “fewer questions”.
# It can be wrong; what it asks is whether the goal is still whole.
#
# **Ask yourself.** What will stay demanding when I remove the barrier?

# %% [markdown] impact notes tags=["facilitator"]
# 12 min. Eight minutes alone through steps one to five, four in pairs on step three: how will learners be asked?
# Move: “which learners?” whenever someone says “the class”.
# What may go wrong: step six is left out. Put its date into the calendar now.

# %% [markdown] about cycle
# ## What changes for learners?
#
# **Why.** A practice is worth keeping when something changes for the learners it was for.
# Six steps take you from what you noticed to keep, adjust or drop.

# %% cycle tags=["covers:S0-18", "interactive"]
# Six steps on one lesson
lesson.ask("cycle")

# %% [markdown] commitment notes tags=["facilitator"]
# 8 min. Five minutes to write, two to exchange review dates with a peer, one of quiet.
# Move: ask for the smallest version that would still be noticed.
# What may go wrong: three commitments. One is kept.

# %% [markdown] about commitment
# ## What will you practise for six weeks?
#
# **Why.** Training is followed by a change in practice mostly where someone practises, collects evidence and looks at it with a peer.
# One practice, six weeks, one date.

# %% commitment tags=["covers:S0-18", "covers:S3-13", "covers:S0-16", "interactive"]
# One practice, six weeks
lesson.ask("commitment")

# %% growth tags=["interactive"]
# For your growth plan; private
lesson.ask("growth")

# %% [markdown] reading the commitment
# **How to read this.** In notebook 12 the same practice becomes a test with a prediction, and professional learning gets a check on use.
#
# **Ask yourself.** What will I stop doing to make room for it?

# %% [markdown] before you go
# ## Before you go
#
# One promise with a date, private questions with a look back at what you used to think, and five questions to check yourself.

# %% promise tags=["interactive"]
# One promise, with a date
lesson.promise()

# %% reflect tags=["covers:S0-18", "interactive"]
# What you used to think, and what you think now
lesson.reflect()

# %% check tags=["interactive"]
# Check yourself
lesson.check()

# %% [markdown] done
# ## What you have done
#
# - Identified look-fors from universal design and culturally responsive teaching in a lesson.
# - Calibrated observations with a partner, and reported how far you agree.
# - Redesigned one task to remove a barrier without lowering the demand.
# - Reflected on what changes for learners, and set a six-week practice commitment.

# %% answers
# What is recorded from this notebook?
lesson.answers()

# %% save
# Save your work
lesson.save()
