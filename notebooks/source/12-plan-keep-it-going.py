# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: "Keep it going: PLCs, coaching, networks, measures and celebration"
# ---

# %% tags=["parameters"]
# Whose work, and which school?
portfolio: str = "my-work/portfolio.json"  # help: where your work is kept
unit_id: str = ""  # help: the school's id; empty: the one chosen in notebook 00
release: str = ""  # help: published numbers, a path; empty: those chosen in notebook 00

# %% setup
# Open the lesson
from equitylab.widgets import Lesson

lesson = Lesson("m12", portfolio=portfolio, school=unit_id, release=release)

# %% opening
# Where are you, and what is saved?
lesson.opening()

# %% [markdown] plc year plan tags=["facilitator"]
# 20 min. Charter (6), the year's dates (4), walk through the hour with one finding card (6), a guest (4).
# Move: the group adds at least one norm of its own.
# What may go wrong: a plan without a calendar. Nobody leaves without the first date in a diary.

# %% [markdown] learning community
# ## Who learns together, and when?
#
# **Why.** Plans are kept alive by people who meet.
# Any group will do, with one question, shared evidence, a small test and a promise.

# %% charter tags=["covers:S0-09", "interactive"]
# A charter that begins with a finding card
lesson.ask("plc-charter")

# %% year tags=["covers:S0-11", "interactive"]
# Ten meetings, one a month
lesson.ask("plc-year")

# %% calendar tags=["covers:S0-11", "interactive"]
# Your year of meetings
lesson.show("plc-calendar")

# %% agenda tags=["covers:S0-09", "interactive"]
# One hour, one question, one promise
lesson.show("plc-agenda")

# %% guests tags=["covers:S0-10", "interactive"]
# Whom do you invite to learn from?
lesson.ask("guests")

# %% meetings tags=["covers:S0-11", "interactive"]
# The meeting log
lesson.ask("meetings")

# %% health tags=["covers:S0-11", "interactive"]
# How well does the group meet? Once a term
lesson.ask("health")

# %% student work tags=["covers:S0-17", "interactive"]
# Look at student work with a colleague
lesson.ask("student-work")

# %% [markdown] reading the year
# **How to read this.** Themes follow a school year; move them as your year asks.
# The days go into a calendar file with your plan.
#
# **Ask yourself.** What will remind you in February?

# %% [markdown] coaching triads tags=["facilitator"]
# 25 min. One round of 18 minutes in threes, then 7 minutes of the observer; the other two take the coach's seat within two weeks.
# Move: the coach asks, and gives no advice before the options.
# What may go wrong: coaching turns into evaluation. Notes belong to the person coached.

# %% [markdown] coaching
# ## What is the next good question?
#
# **Why.** Coaching helps most where it stays with what adults can change, and with students' evidence.
# Practise on Sam first; then hold a conversation of your own, and keep it private.

# %% simulation tags=["covers:S2-15", "interactive"]
# Practise the next question
lesson.ask("coaching-simulation")

# %% triads
# In threes, or alone with a timer
lesson.together("triads")

# %% agreement tags=["interactive"]
# A coaching agreement
lesson.ask("coaching-agreement")

# %% coaching log tags=["covers:S2-15", "interactive"]
# Log the conversation: goal, reality, options, way forward
lesson.ask("coaching-log")

# %% arc tags=["covers:S2-15", "interactive"]
# Six sessions, and five cues to listen for
lesson.show("coaching-arc")

# %% [markdown] reading coaching
# **How to read this.** The replies say what a question is likely to do, and there is more than one good one.
# Coaching notes stay in your own file, and go into no report.
#
# **Ask yourself.** How much of the time did I talk?

# %% [markdown] pdsa and run chart tags=["facilitator"]
# 15 min. Predict (2), run charts (5), log one small test (5), gap and levels (3).
# Move: before anybody explains a point, ask how many points there are.
# What may go wrong: over-reading one data point. One good month in six is a month.

# %% [markdown] too early
# ## How soon can you say that it works?
#
# **Why.** The first good month is the most dangerous one.

# %% predict tags=["covers:S2-36", "interactive"]
# Guess first, then read six months
lesson.predict("prediction")

# %% longer series tags=["covers:S2-36", "interactive"]
# What would fourteen months say?
lesson.show("run-longer")

# %% tests tags=["covers:S0-18", "covers:S3-30", "interactive"]
# A small test of a change: plan, do, study, act
lesson.ask("pdsa")

# %% reflection cycle tags=["covers:S0-18", "interactive"]
# What changed for learners, and what will you change?
lesson.ask("reflect-cycle")

# %% readings tags=["covers:S3-30", "interactive"]
# Add a reading
lesson.ask("readings")

# %% run chart tags=["covers:S2-36", "covers:S3-30", "interactive"]
# How have your measures moved?
lesson.show("run-own")

# %% coverage tags=["covers:S2-36", "interactive"]
# Is each goal measured from every side, and read?
lesson.show("coverage")

# %% gap tags=["covers:S3-25", "interactive"]
# How did a gap change here, with both levels?
lesson.show("gap-own")

# %% many schools tags=["interactive"]
# Why are schools not listed by their rates?
lesson.show("many-schools")

# %% benefits tags=["covers:S4-09", "interactive"]
# What became of the four hypotheses?
lesson.ask("benefits")

# %% [markdown] reading the runs
# **How to read this.** Under ten readings the chart describes and concludes nothing.
# From ten on, six in a row on one side of the median, or five going one way, say that something changed, and not why.
# Small counts are hidden; then people's own words say more.
#
# **Ask yourself.** Which reading would change my mind?

# %% [markdown] objection rehearsal tags=["facilitator"]
# 15 min. Replies alone (4), say one aloud in pairs (5), concerns (2), hours and wider conditions (4).
# Move: restate the objection until its holder says “yes, that is what I mean”.
# What may go wrong: objections are laughed at. One of them may be right; find it.

# %% [markdown] resistance
# ## What will people say, and what is fair in it?
#
# **Why.** Under most resistance lies something reasonable: a fear, a full week, a broken promise, a fair point.

# %% objections tags=["covers:S2-34", "interactive"]
# Six things people say, and your replies
lesson.ask("objections")

# %% aloud
# Say it aloud
lesson.together("hard-moment")

# %% concerns tags=["covers:S2-34", "interactive"]
# What are people's questions right now?
lesson.ask("concerns")

# %% hours tags=["covers:S2-35", "interactive"]
# Stop, start, shift: is it still true?
lesson.ask("hours")

# %% hours balance tags=["covers:S2-35", "interactive"]
# Do the hours come out even?
lesson.show("hours-balance")

# %% control tags=["covers:S2-37", "interactive"]
# Wider conditions: control, influence, advocate
lesson.ask("control")

# %% change sequence tags=["covers:S1-02", "interactive"]
# In which order will the change come?
lesson.ask("change-sequence")

# %% oecd tags=["covers:S1-02", "interactive"]
# Which recommendations meet your local policy?
lesson.show("oecd")

# %% [markdown] reading resistance
# **How to read this.** “Likely to do” is experience, and no law: people differ.
# Wider conditions are named so that nobody has to pretend, and sorted so that somebody can begin.
#
# **Ask yourself.** Which objection do I hold myself, on tired days?

# %% [markdown] learning and network plan tags=["facilitator"]
# 12 min. One learning goal through the screen (5), one event with if-then (2), the rings (5).
# Move: a learning plan names its use check before its speaker.
# What may go wrong: a list of events. Ask what will be seen in which rooms.

# %% [markdown] learning
# ## Which learning will be used?
#
# **Why.** A good day away changes little by itself.
# Learning that is long enough, practised, coached and looked for changes more.

# %% learning plan tags=["covers:S0-16", "covers:S2-10", "covers:S3-10", "interactive"]
# A year of professional learning, with a partner and a use check
lesson.ask("learning")

# %% learning screen tags=["covers:S2-10", "interactive"]
# Will the year's learning be used?
lesson.show("learning-screen")

# %% evaluation tags=["covers:S2-10", "covers:S3-16", "interactive"]
# Evaluate one learning event, at five levels
lesson.ask("evaluation")

# %% events tags=["covers:S0-07", "covers:S2-14", "interactive"]
# Log what you attend, and what you tried
lesson.ask("events")

# %% [markdown] about network
# ## Who is around you?
#
# **Why.** Leaders who do this alone stop.

# %% network tags=["covers:S0-20", "covers:S2-16", "interactive"]
# People, groups, associations, online communities
lesson.ask("network")

# %% rings tags=["covers:S0-20", "covers:S2-16", "interactive"]
# Seven rings, and which of them are empty
lesson.show("network-rings")

# %% local support tags=["covers:S2-23", "interactive"]
# Coaching, skills and connections, near you
lesson.ask("local-support")

# %% new leaders tags=["covers:S2-22", "interactive"]
# The people you invited to lead
lesson.ask("new-leaders")

# %% pipeline tags=["covers:S2-22", "interactive"]
# Who leads next?
lesson.show("pipeline")

# %% [markdown] reading the network
# **How to read this.** A dotted ring is empty, an open dot has not been spoken with for four months.
# The map is yours; it counts people, and measures nobody.
#
# **Ask yourself.** Who sees it differently, and do I listen to them?

# %% [markdown] celebration plan tags=["facilitator"]
# 10 min. Success analysis in threes (7), one card with evidence and consent (3).
# Move: ask “what made that possible?” three times.
# What may go wrong: celebration without learning, or thanks to a number that fell by not being counted.

# %% [markdown] celebrate
# ## What changed, and whom will you thank?
#
# **Why.** What is celebrated is repeated.

# %% success
# Success analysis
lesson.together("success")

# %% celebrations tags=["covers:S3-29", "interactive"]
# Celebrate what changed a system
lesson.ask("celebrations")

# %% celebration card tags=["covers:S3-29", "interactive"]
# The card, as it will hang on the wall
lesson.show("celebration-card")

# %% [markdown] capstone and thanks tags=["facilitator"]
# 8 min. Five parts (3), the two plans as files (2), thanks in one round (3).
# Move: “not this year, because” counts as an answer, and is said aloud.
# What may go wrong: the round of thanks is cut. It is the last thing people remember.

# %% [markdown] capstone
# ## Does the whole hold for a year?
#
# **Why.** Long work is kept by days in a calendar.
# Here the year comes together: when you look back, five parts with owners, your own plan, and what you hand on.

# %% review tags=["covers:S2-38", "covers:S3-30", "interactive"]
# When do you look back?
lesson.ask("review")

# %% review days tags=["covers:S2-38", "interactive"]
# The days of your plan
lesson.show("review-days")

# %% repeat tags=["covers:S0-23", "interactive"]
# When will you rate your own practice again?
lesson.ask("repeat")

# %% personal plan tags=["covers:S0-23", "covers:S1-01", "interactive"]
# Your own year
lesson.ask("personal")

# %% five parts tags=["covers:S0-24", "interactive"]
# Five parts, each dated and owned, or said not to be
lesson.ask("parts")

# %% district tags=["covers:S4-01", "interactive"]
# What do principals and the district each do next?
lesson.ask("district")

# %% district report tags=["covers:S4-01", "interactive"]
# One command, one report a school
lesson.show("district-report")

# %% export tags=["covers:S1-01", "interactive"]
# The school's plan and your own, as files
lesson.export()

# %% [markdown] reading the capstone
# **How to read this.** The school's plan is for its team; your own plan is for you, and goes nowhere unless you hand it over.
# Both can be written again whenever something changes.
#
# **Ask yourself.** Who deserves thanks, and have you told them?

# %% [markdown] closing
# ## Before you close
#
# One promise with a date, private questions on what has changed in you, and five questions to check yourself.

# %% promise tags=["interactive"]
# One promise, with a date
lesson.promise()

# %% reflect tags=["covers:S0-23", "interactive"]
# Questions for yourself
lesson.reflect()

# %% check tags=["interactive"]
# Check yourself
lesson.check()

# %% [markdown] done
# ## What you have done
#
# - Scheduled a year of professional-learning-community cycles around your goals.
# - Conducted and logged a GROW coaching conversation with an equity lens.
# - Run and recorded a PDSA cycle, and read a run chart without over-reacting to noise.
# - Anticipated resistance and resource limits, and planned how successes will be shared.

# %% answers
# What is recorded from this notebook?
lesson.answers()

# %% save
# Save your work
lesson.save()
