# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: "The action plan: goals, drivers, supports and measures"
# ---

# %% tags=["parameters"]
# Whose work, and which school?
portfolio: str = "my-work/portfolio.json"  # help: where your work is kept
unit_id: str = ""  # help: the school's id; empty: the one chosen in notebook 00
release: str = ""  # help: published numbers, a path; empty: those chosen in notebook 00

# %% setup
# Open the lesson
from equitylab.widgets import Lesson

lesson = Lesson("m10", portfolio=portfolio, school=unit_id, release=release)

# %% opening
# Where are you, and what is saved?
lesson.opening()

# %% [markdown] smartie draft and checks tags=["facilitator"]
# 15 min. Predict (2), the chart (3), one flawed plan together (3), then each team drafts one goal (7).
# Move: read a goal aloud and ask only “from how many, of how many, to how many, by when, with whom?”.
# What may go wrong: activities without measures. Ask what a student would notice, and count that.
# Short of time: leave out the second and third flawed plan, never the draft.

# %% [markdown] how far is far enough
# ## How much change would convince you?
#
# **Why.** A goal that an ordinary year could reach teaches nobody anything.
# Before you set a target, guess how far it has to lie from where you are.

# %% predict tags=["interactive"]
# Guess first, then look
lesson.predict("prediction")

# %% [markdown] reading the ordinary year
# **How to read this.** The line without a dot shows which counts cannot be told from this year's, by luck alone.
# A target beyond it could be told in one year; a target inside it needs more years, or a measure that moves sooner.
# The numbers describe a count, and say nothing about why it moves.
#
# **Ask yourself.** Which of my goals of the last years lay inside the ordinary range?

# %% ordinary year tags=["interactive"]
# Now with numbers of your own
lesson.show("ordinary-own")

# %% [markdown] three plans to mend
# ## What do plans usually lack?
#
# **Why.** It is easier to see what is missing in someone else's plan.
# Read ten lines of three drafts, and mend one goal, before you write your own.

# %% flawed plans tags=["interactive"]
# What does each line still lack?
lesson.ask("flawed-plans")

# %% repair tags=["interactive"]
# Mend one of the three goals
lesson.ask("repair")

# %% [markdown] your goals
# ## Which goal will you set?
#
# **Why.** A goal carries the finding it comes from, so that nobody has to ask later why you chose it.
# The priorities of notebook 07 and the causes of notebook 09 are in the lists; so are the counts of their cards.

# %% goals tags=["covers:S0-15", "covers:S2-11", "interactive"]
# Write a goal for each priority
lesson.ask("goals")

# %% goal sentences tags=["covers:S0-15", "interactive"]
# How do your goals read, and do they hold?
lesson.show("goal-sentences")

# %% [markdown] reading the seven letters
# **How to read this.** Seven letters, from strategic to equitable; the checks look for what is there, and not for whether it is wise.
# “Not yet” is the usual answer on a first day.
# Where counts are under the rule they are not shown: then set a goal for what adults will do, and listen.
#
# **Ask yourself.** What would a student notice first if this goal were met?

# %% [markdown] driver diagram tags=["facilitator"]
# 25 min. Conditions on sticky notes, silent (5); sort under the goal (5); two ideas a driver, one from students or families (10); the theory in one sentence (5).
# Move: whoever writes a person's name turns it into the routine that person works in.
# What may go wrong: no student or family design role. Do not go on before one idea is theirs.

# %% [markdown] about drivers
# ## What has to change for the goal to move?
#
# **Why.** Between a goal and a Monday morning stand conditions: a schedule, a form, a habit.
# Name the few that matter most, and under each something you could test next week.

# %% drivers tags=["interactive"]
# Two to four conditions, and points to push
lesson.ask("drivers")

# %% changes tags=["interactive"]
# What could you test next week, and whose idea is it?
lesson.ask("changes")

# %% diagram tags=["interactive"]
# Does every idea reach the goal, and every driver a cause?
lesson.show("driver-diagram")

# %% theory tags=["interactive"]
# If we …, then adults will …, so that students …
lesson.ask("theory")

# %% benefits as hypotheses tags=["covers:S4-09", "interactive"]
# Four benefits to test, not to promise
lesson.ask("hypotheses")

# %% [markdown] reading the diagram
# **How to read this.** Read from right to left: each idea should lead back to the goal, and each primary driver to a cause that was checked.
# The same tree stands below as a list.
# An idea without a way back may be a good idea for another plan.
#
# **Ask yourself.** Which of these conditions did I help to build?

# %% [markdown] supports and budget tags=["facilitator"]
# 20 min. Supports with entry and exit (8), partners and reach (4), budget lines (5), hours (3).
# Move: for each line ask “who loses this, and who tells them?”.
# What may go wrong: owners without time. If nothing stops, nothing starts.

# %% [markdown] about supports
# ## Which support, for whom, and until when?
#
# **Why.** Different students need different support, and the same student needs it at one time and not at another.
# A support with a rule for coming in finds those whom nobody speaks for.

# %% support menu tags=["covers:S4-07", "covers:S4-08", "interactive"]
# Which support fits which driver, and what should be watched?
lesson.show("support-menu")

# %% supports tags=["covers:S2-02", "covers:S2-11", "covers:S2-25", "covers:S4-07", "covers:S4-08", "interactive"]
# Choose supports, with a way in, a way out and a reach check
lesson.ask("supports")

# %% partners tags=["covers:S3-19", "covers:S3-20", "interactive"]
# Which partners could add what you lack: need, wait, reach, agreement
lesson.ask("partners")

# %% reach tags=["covers:S2-25", "covers:S3-19", "covers:S3-20", "interactive"]
# Whom do supports and partners reach, of those who need them?
lesson.show("reach")

# %% [markdown] money and hours
# ## What is moved, who loses it, and what stops?
#
# **Why.** A plan that costs nothing changes nothing, and a plan that takes from someone in silence will not last.
# Your choice in the allocation simulator of notebook 05 stands beside the budget.

# %% budget tags=["covers:S3-07", "interactive"]
# What will it cost, and what is redirected?
lesson.ask("budget")

# %% budget table tags=["covers:S3-07", "interactive"]
# What does the plan cost, and who pays for it?
lesson.show("budget-table")

# %% hours tags=["covers:S2-35", "interactive"]
# What will staff stop, start and shift?
lesson.ask("hours")

# %% hours balance tags=["covers:S2-35", "interactive"]
# Do the hours come out even?
lesson.show("hours-balance")

# %% costed ask tags=["covers:S2-35", "interactive"]
# What would you ask for, and of whom?
lesson.ask("ask")

# %% [markdown] reading money and hours
# **How to read this.** Costs are your own figures, added up; the chart ranks nothing but your lines.
# Hours that come from nowhere come from evenings.
#
# **Ask yourself.** Whose workload grows, and is that fair?

# %% [markdown] kpi set tags=["facilitator"]
# 20 min. Baselines (6), the set of four kinds (8), the two gaps (4), hypotheses (2).
# Move: whoever proposes a fifth measure takes one away.
# What may go wrong: a gap that narrows by decline is applauded. Show both levels first.

# %% [markdown] about baselines
# ## Where does each measure stand now?
#
# **Why.** A target without a baseline is a wish.
# Look at tests, attendance, disciplinary action, advanced courses, graduation and college in turn; take what fits your goal.

# %% baselines tags=["covers:S2-28", "covers:S2-29", "covers:S2-30", "covers:S2-31", "covers:S2-32", "covers:S3-27", "interactive"]
# Where does each measure stand, in all and by group?
lesson.show("baselines")

# %% voice measure tags=["covers:S3-26", "interactive"]
# Set a baseline for engagement, with who answered
lesson.ask("voice-measure")

# %% [markdown] reading the baselines
# **How to read this.** Each count stands with its rate and interval; hidden numbers protect small groups and are not zeros.
# Measures come in pairs that should not be parted: enrolment in a course with passing it, attendance with chronic absence, acceptance to college with where leavers went.
# A survey says something of those who answered.
#
# **Ask yourself.** Which number here would I rather not read every month?

# %% [markdown] the set
# ## Which few measures will you read?
#
# **Why.** One measure can be moved by looking away.
# Four kinds keep each other honest: an outcome, a process, a voice, and one that might get worse.

# %% kpis tags=["covers:S2-28", "covers:S2-29", "covers:S2-30", "covers:S2-31", "covers:S2-32", "covers:S3-26", "covers:S3-27", "covers:S2-36", "interactive"]
# Choose few measures, with baseline, target, rhythm and reader
lesson.ask("kpis")

# %% coverage of goals tags=["covers:S2-36", "interactive"]
# Do the measures cover each goal?
lesson.show("kpi-set")

# %% gap levels tags=["covers:S3-25", "interactive"]
# When is a smaller gap good news?
lesson.show("gap-levels")

# %% gap measure tags=["covers:S3-25", "interactive"]
# How will you report a change in a gap?
lesson.ask("gap-measure")

# %% [markdown] reading the set
# **How to read this.** In one of the two fictional schools everyone rises; in the other a group that did well falls.
# The gap alone shows the same.
# The interval of the change says how sure it is, and not why.
#
# **Ask yourself.** What will we do if the balancing measure worsens?

# %% [markdown] peer critique tags=["facilitator"]
# 15 min. Tuning in groups of three or four: the moves and minutes are in the notebook; the presenter listens in the middle.
# Move: cool feedback begins with “I wonder”.
# What may go wrong: advice. Collect it in writing; the presenter chooses one next step.

# %% [markdown] critique
# ## What do others see?
#
# **Why.** You know what you meant.
# Others see what stands there.

# %% tuning
# Warm, cool, next step
lesson.together("tuning")

# %% tuned tags=["interactive"]
# What did they see, and what will you change?
lesson.ask("tuned")

# %% [markdown] promise and owners tags=["facilitator"]
# 10 min. Owners and days (5), one risk each (2), promises aloud (3).
# Move: an owner who is not in the room is a question, not an owner.
# What may go wrong: owners without time. Look at the dates by role before you close.

# %% [markdown] about owners
# ## Who does what, by when?
#
# **Why.** What has no owner and no day will be done by nobody, one day.

# %% actions tags=["covers:S0-15", "interactive"]
# Actions with owners and days
lesson.ask("actions")

# %% owners tags=["interactive"]
# Who carries the plan, and when does it all fall due?
lesson.show("owners")

# %% risks tags=["interactive"]
# What could go wrong, and who would feel it?
lesson.ask("risks")

# %% preview tags=["interactive"]
# Your plan on one page, and what is still loose
lesson.show("preview")

# %% export tags=["interactive"]
# Your plan as files: document, workbook, calendar, page
lesson.export()

# %% [markdown] reading the plan
# **How to read this.** Loose ends are named, and nothing is hidden by leaving it out.
# The files can be written again at any time.
#
# **Ask yourself.** Who should read this before anyone calls it done?

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
# - Written a SMARTIE goal that passes automatic quality checks.
# - Built a driver diagram that links goal, drivers, change ideas and measures.
# - Matched targeted supports and reallocated resources to each driver.
# - Defined outcome, process, voice and balancing measures with baselines, targets and review dates.

# %% answers
# What is recorded from this notebook?
lesson.answers()

# %% save
# Save your work
lesson.save()
