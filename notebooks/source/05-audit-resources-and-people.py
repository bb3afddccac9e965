# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: "Resources and people: staffing, hiring and allocation"
# ---

# %% tags=["parameters"]
# Whose work, and which school?
portfolio: str = "my-work/portfolio.json"  # help: where your work is kept
unit_id: str = ""  # help: the school's id; empty: the one chosen in notebook 00
release: str = ""  # help: published numbers, a path; empty: those chosen in notebook 00

# %% setup
# Open the lesson
from equitylab.widgets import Lesson

lesson = Lesson("m05", portfolio=portfolio, school=unit_id, release=release)

# %% opening
# Where are you, and what is saved?
lesson.opening()

# %% [markdown] predict first tags=["facilitator"]
# 8 min. Three minutes alone to predict, two in pairs, three to look.
# Say aloud: we look at rules that spread money, time and people, and at no single teacher or applicant.
# Move: whoever was far off goes first, and is thanked.
# What may go wrong: names of new teachers come up. Stop it at once: a new teacher is a person to support.

# %% [markdown] predict
# ## Who sits with whom, and who gets what?
#
# **Why.** A school gives before any result comes back: a teacher, a course, an hour, a device, a ride.
# Those things follow rules that adults made, often long ago.
# Write first what you expect, and then look.

# %% prediction tags=["covers:S2-26", "interactive"]
# What do you expect to see?
lesson.predict("prediction")

# %% [markdown] reading the first look
# **How to read this.** A seat is one student in one course, so one student has several.
# The dot is the group's rate with its interval, and the diamond is the rate of all other students.
# A filled dot and a bold name mean a clear difference.
# Hidden protects small groups; it does not mean unimportant.
#
# **Ask yourself.** Where was I far off, and what had I not noticed?

# %% [markdown] who gets what notes tags=["facilitator"]
# 15 min. Each table takes one resource and finds one sentence that can be said aloud; then the tables swap.
# Move: ask which rule spreads the resource before anyone asks which students lack it.
# The money line is a good turn: more money can reach a room in which nobody with experience teaches.
# What may go wrong: practice numbers are taken for the school's own. Each picture says which it is.

# %% [markdown] about who gets what
# ## How do time, money, experience, courses and devices reach students?
#
# **Why.** Equal amounts are one rule among several.
# Look at each resource by itself, for your school where the file holds it, and in practice numbers where it does not.

# %% who gets what tags=["covers:S2-26", "covers:S0-12", "interactive"]
# Who gets what?
lesson.show("who-gets-what")

# %% reach tags=["interactive"]
# Which rule decides, and where does it work already?
lesson.ask("reach")

# %% [markdown] about opportunity
# ## What does opportunity look like on one page?
#
# **Why.** Good teachers, demanding courses, safety and tools belong together.
# One group at a time, they show what the school opens, and where a door is heavier than it looks.

# %% opportunity tags=["covers:S2-01", "interactive"]
# Teachers, courses, safety, tools: one group at a time
lesson.show("opportunity")

# %% [markdown] reading the page
# **How to read this.** Each line is a measure with its own students: seats, or students enrolled, or students of one grade.
# Do not add the lines up, and do not rank them.
# A line that is missing is often one that nobody counts.
#
# **Ask yourself.** Which of these lines would a student have named first?

# %% opportunity notes tags=["covers:S2-01", "interactive"]
# What does the page ask of adults?
lesson.ask("opportunity-notes")

# %% assignment tags=["covers:S2-01"]
# Who leads which classes in the practice school?
lesson.show("assignment")

# %% [markdown] reading assignment
# **How to read this.** Classes are counted first, then the seats in them.
# The pattern describes a timetable; it says nothing about any teacher's work.
#
# **Ask yourself.** Who benefits from the way we spend our best time and people?

# %% classes mix tags=["interactive"]
# Who meets whom in class?
lesson.show("classes-mix")

# %% assignment rule tags=["interactive"]
# How is your own timetable filled?
lesson.ask("assignment-rule")

# %% [markdown] about own totals
# ### Numbers that only you have
#
# Devices, hours of tutoring, rooms: enter totals of groups, and they follow the same rule as everything here.

# %% own totals tags=["interactive"]
# Enter totals of your own, never names
lesson.ask("counts")

# %% what own totals say
# What do your own totals say?
lesson.show("own-counts")

# %% [markdown] simulator notes tags=["facilitator"]
# 20 min. Five minutes alone with the simulator, ten at the budget table, five to write who loses.
# Protocol: budget table. One voice for an equal share, one for the need index, one for our choice, one for those left out.
# Move: if everything is funded by half, ask which two things would be whole.
# What may go wrong: the picture is read as a forecast. It shows who is reached, and nothing about what follows.

# %% [markdown] about allocation
# ## How would you spend a hundred units?
#
# **Why.** A budget is a list of choices that were made for someone.
# Here the choices are small and the losers are named, so that you can practise the argument before it counts.

# %% allocation tags=["covers:S0-06", "covers:S3-03", "covers:S3-07", "interactive"]
# Spend a hundred units, and see who loses
lesson.show("allocation")

# %% [markdown] reading the simulator
# **How to read this.** Each amount is spread evenly over the students whom an option reaches.
# The cross is an equal share for every student, and the diamond a need index that counts each recorded barrier half a student more.
# Costs and strengths of evidence are starting points: change them.
#
# **Ask yourself.** Which trade-off was hardest, and whose voice would I need?

# %% budget table tags=["covers:S0-06"]
# At the budget table
lesson.together("budget-table")

# %% trade offs tags=["covers:S0-06", "covers:S3-07", "interactive"]
# Defend the choice, and name what it costs
lesson.ask("trade-offs")

# %% [markdown] funding
# ## Who has waited longest?
#
# **Why.** Some communities were given less for so long that an equal amount now keeps the difference.
# Look at three rules for a district's money, begin with what the community has, and only then write an ask.

# %% funding rules tags=["covers:S2-03", "covers:S3-03", "interactive"]
# What would the school receive under three rules?
lesson.show("funding-rules")

# %% [markdown] reading the rules
# **How to read this.** The schools stand in alphabetical order, and their sizes are published ones.
# The weight is yours to change; laws and formulas differ widely between places, so find out how yours is written.
#
# **Ask yourself.** Which of these rules would I defend in front of the school that receives least by it?

# %% community assets tags=["covers:S2-03", "interactive"]
# What does the community have already?
lesson.ask("community-assets")

# %% funding ask tags=["covers:S2-03", "interactive"]
# What would you ask for, and what moves first?
lesson.ask("funding-ask")

# %% [markdown] hiring notes tags=["facilitator"]
# 17 min. Seven minutes to walk the stages as an applicant, five with the funnel, five to rate the stages that you know.
# Move: score two of the six answers alone, then compare; most groups disagree, and that is the point of anchors.
# What may go wrong: talk turns to quotas, or to one person who was or was not hired. Return to the process; laws differ, and human resources or counsel decides.

# %% [markdown] hiring
# ## Where does hiring lose people?
#
# **Why.** A fair process finds good people for every student.
# Counted stage by stage over some years, it shows where applicants are lost, and nobody needs to be judged.

# %% walk the stages
# Walk the stages as an applicant
lesson.together("funnel-walk")

# %% hiring funnel tags=["covers:S3-09", "interactive"]
# Which stage loses most, and how sure is that?
lesson.show("hiring-funnel")

# %% [markdown] reading the funnel
# **How to read this.** Each rate is the share of those at a stage who went on to the next, with three years counted together.
# A route with fewer than ten applicants is hidden, and so is one more, since the total would tell it.
#
# **Ask yourself.** What does this stage ask for that the job does not?

# %% own stages tags=["interactive"]
# Enter your own stages, in totals
lesson.ask("funnel")

# %% process tags=["covers:S3-09", "interactive"]
# Rate ten stages of hiring and keeping people
lesson.ask("process")

# %% process at a glance
# Which stages are routine, and which come first?
lesson.show("process-profile")

# %% [markdown] interviews
# ## What makes an interview fair?
#
# **Why.** The same job-related questions, with anchors, scored by each person before anyone speaks: structure helps every applicant, and it helps you see who can do the job.

# %% score before talk tags=["interactive"]
# Score six answers alone
lesson.ask("score-before-talk")

# %% interview bank tags=["covers:S3-09", "interactive"]
# Write your structured questions
lesson.ask("interview-bank")

# %% [markdown] about study
# ## What does a long study say about teachers, and what not?
#
# **Why.** Claims about a diverse staff are made in both directions.
# One careful study is worth reading slowly, with its limits beside it.

# %% teacher study
# What was found, for whom, and how?
lesson.show("teacher-study")

# %% [markdown] reading the study
# **How to read this.** An average over a group of students is no rule for any person.
# It says nothing about whom to hire; it may say something about which stages lose people, and what makes staff stay.
#
# **Ask yourself.** Which part of this would I be tempted to overstate?

# %% study tags=["covers:S3-31", "interactive"]
# Claim, evidence, caveat, transfer
lesson.ask("study")

# %% [markdown] improvement notes tags=["facilitator"]
# 10 min. Each person writes one improvement alone, then the team keeps three that are small, for everyone, and dated.
# Move: for each one, ask what an applicant would notice.
# What may go wrong: an improvement that asks for a different kind of applicant. Ask what the process could ask differently of all.

# %% [markdown] about improvements
# ## What will change in the process?
#
# **Why.** Three small changes for every applicant, each with an owner and a date, do more than one grand statement.

# %% improvements tags=["covers:S3-09", "interactive"]
# Write three improvements
lesson.ask("improvements")

# %% [markdown] about cards
# ## Which findings will you keep?
#
# **Why.** A finding card carries one result to the later notebooks, with its numbers, a strength, and what is not known.
# Make at least one about a resource or about people.

# %% cards tags=["covers:S0-12", "covers:S2-26", "interactive"]
# Make a finding card about a resource
lesson.cards()

# %% [markdown] promise notes tags=["facilitator"]
# 5 min. Everyone writes one promise; three people read theirs aloud.
# Never cut this, whatever was late.

# %% [markdown] before you go
# ## Before you go
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
# - Compared how time, money, experience, courses and devices reach student groups.
# - Reallocated a fixed budget in a simulator, and justified the trade-offs.
# - Audited a hiring funnel for stages where applicants are lost.
# - Drafted three process improvements for fair hiring and retention.

# %% answers
# What is recorded from this notebook?
lesson.answers()

# %% save
# Save your work
lesson.save()
