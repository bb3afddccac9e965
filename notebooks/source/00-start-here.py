# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: "Start here: purpose, safety and your portfolio"
# ---

# %% tags=["parameters"]
# Whose work, and which school?
portfolio: str = "my-work/portfolio.json"  # help: where your work is kept
unit_id: str = ""  # help: the school's id; empty: the one chosen in notebook 00
release: str = ""  # help: published numbers, a path; empty: those chosen in notebook 00

# %% setup
# Open the lesson
from equitylab.widgets import Lesson

lesson = Lesson("m00", portfolio=portfolio, school=unit_id, release=release)

# %% opening
# Where are you, and what is saved?
lesson.opening()

# %% [markdown] welcome and purpose tags=["facilitator"]
# 5 min. Say why you are here in two sentences of your own, and ask nobody else to yet.
# Name the promise of the series: we look at rules and routines of adults, and at students' strengths first.
# Say what stays private (self-ratings, reflections, this portfolio) and who sees the rest.
# What may go wrong: a long welcome. Whoever writes in the first ten minutes stays.

# %% [markdown] purpose
# ## What is this for?
#
# These thirteen notebooks take you from a first look at your school to a plan that your team owns.
# You do not need to program.
# You read a little, predict, look, and write; what you write becomes finding cards, priorities, a plan, and a report.
#
# Three things hold throughout.
# The subject is what adults do: rules, routines, time, money, words.
# Strengths come before gaps.
# And no number here describes any one student.

# %% [markdown] save and restore tags=["facilitator"]
# 8 min. Have everybody download the file, look at it in their folder, and restore it; walk around until each has done both.
# On a public server the session may close after about ten idle minutes: save before each discussion longer than eight.
# What may go wrong: a browser that blocks the download. Keep the file on a stick for that person, and go on.

# %% [markdown] restore
# ## Where is my work, and how do I get it back?
#
# **Why.** All your work is one small file: your portfolio.
# On your own machine it is saved as you write.
# On a public server it is gone when the session closes, unless you downloaded it.
# If you come back to a file from last time, restore it here first.

# %% restore first
# Restore a file, or download this one
lesson.save()

# %% [markdown] try it
# **How to read this.** “Last saved” is the moment of the last change that reached the disk.
# Download puts a copy into your downloads; Restore takes such a copy and sets it in place, and keeps what was there before.
#
# **Ask yourself.** If this machine were gone tomorrow, where would my work be?

# %% keeping tags=["interactive"]
# Where do you keep your file?
lesson.ask("keeping")

# %% [markdown] mode and role
# ## How will I work, and what can I decide?
#
# **Why.** Equity work is done by superintendents, principals, teachers, families and students, each from where they stand.
# A path that fits your role and your calendar is one that you will finish.

# %% mode tags=["interactive"]
# On your own, or with a group?
lesson.ask("mode")

# %% role tags=["covers:S4-01", "interactive"]
# Which role, and which path?
lesson.ask("role")

# %% path tags=["covers:S4-01", "interactive"]
# What is on each path?
lesson.show("my-path")

# %% [markdown] reading the path
# **How to read this.** Minutes are for working, without breaks.
# “Leans on your role” marks notebooks in which people of your role usually decide something.
#
# **Ask yourself.** Which of these decisions have been mine all along?

# %% [markdown] privacy sort game tags=["facilitator"]
# 5 min. Read each card aloud, let people point to one of three places in the room, then let one person say why.
# Do this before anybody opens a file of their own.
# What may go wrong: “But the names are out.” Ask which child of the school could be found by grade, bus route and language.

# %% [markdown] privacy
# ## What may be opened where?
#
# **Why.** Students did not choose to be in our files.
# A public server is a machine that nobody at your school controls, however friendly its page looks.

# %% where am I
# Is this a public server?
lesson.show("where-am-i")

# %% privacy sort tags=["interactive"]
# Place eight kinds of data
lesson.ask("privacy-sort")

# %% pledge tags=["interactive"]
# What do you promise?
lesson.ask("pledge")

# %% [markdown] reading privacy
# **How to read this.** “Only on a machine that your school controls” still means: read there, turned into counts there, and not copied into this file.
# Your portfolio refuses anything that looks like a list of students.
#
# **Ask yourself.** Which spreadsheet on my desk would I not want found?

# %% [markdown] context pack and minimum tags=["facilitator"]
# 7 min. Everyone keeps the sample district unless they brought a prepared release; own files can wait for a quiet hour.
# Two minutes for the pack, then the prediction, then look. Stop at the sentence “hidden does not mean unimportant”, and ask who will do the listening.
# What may go wrong: a debate about the right minimum. The stricter local rule wins; go on.

# %% [markdown] numbers
# ## Which numbers will I work with?
#
# **Why.** Your own school is the best material.
# The sample district is the safest: twelve invented schools, one of them called Riverbend, with strengths and traps built in.
# You can start there today and bring your own numbers next week; what you write stays.

# %% source tags=["interactive"]
# The sample, your own file, or a prepared release?
lesson.ask("source")

# %% school tags=["interactive"]
# Which school?
lesson.ask("school")

# %% first look tags=["interactive"]
# What do these numbers hold?
lesson.show("first-look")

# %% [markdown] reading the first look
# **How to read this.** “Not in these numbers” means that nobody gave them, and never that there are none.
# If a file could not be read, the message says which file, which row or column, and what to do.
#
# **Ask yourself.** Which part that matters to students is missing here, and who counts it?

# %% [markdown] existing audit
# ### Only if you already hold an audit
#
# The planning path goes from here to notebooks 01, 10, 11 and 12.
# Make a card for each finding of your audit, then name the priorities.
# On any other path, go on: notebooks 03 to 07 make both.

# %% cards from an audit tags=["interactive"]
# Copy findings of an existing audit
lesson.cards()

# %% priorities from an audit tags=["interactive"]
# Name the priorities that it chose
lesson.ask("existing-audit")

# %% [markdown] which groups
# ## Which groups, and which words?
#
# **Why.** Fairness, justice and inclusion mean a level field whatever a student's race, gender, language, disability, income or address.
# To see whether the field is level, someone has to say which groups are looked at, what each one means, and who told us.
# No list comes with the system: a pack is a start, and you edit it.

# %% context tags=["covers:S2-24", "interactive"]
# Your place, and its words
lesson.ask("context")

# %% pack tags=["covers:S2-24", "interactive"]
# What is in each pack?
lesson.show("pack")

# %% groups tags=["covers:S2-24", "interactive"]
# Define one way of grouping; others can follow
lesson.ask("groups")

# %% place tags=["covers:S4-10", "interactive"]
# What could place and opportunity show?
lesson.ask("place")

# %% [markdown] reading the packs
# **How to read this.** Every student is served, whatever their background or address: so place has a pack of its own.
# It works where personal characteristics may not be used, and it often points at something that adults can change: a bus, a date, a rule.
# “Not yet” in the table means that your file has no such column.
#
# **Ask yourself.** Which of these definitions would a family recognise as theirs?

# %% [markdown] small numbers
# ## How small is too small to show?
#
# **Why.** A percentage of six students can point to one of them.
# So small groups are hidden, and one more with them where the total would give them away.
# Say first what you expect.

# %% predict hiding tags=["interactive"]
# What do you expect to be hidden?
lesson.predict("hide-guess")

# %% minimum tags=["covers:S2-24", "interactive"]
# Move the minimum, and watch
lesson.show("minimum")

# %% [markdown] reading the minimum
# **How to read this.** Each line is one possible minimum; the mark says how many groups would be hidden.
# Hidden is not zero, and it is not unimportant.
# The chart cannot say what the hidden groups live through: for that, somebody has to listen.
#
# **Ask yourself.** Which group disappears first here, and when did I last talk with someone in it?

# %% rules tags=["interactive"]
# Your rule, and your listening
lesson.ask("rules")

# %% [markdown] norms and hope tags=["facilitator"]
# 5 min. Hopes and worries: two minutes of silent writing, then cluster on the wall; no answers to worries yet.
# Read the six norms aloud, one voice each. Everyone adds one. Leave with a date for looking at them again.
# What may go wrong: skipping this when time is short. Cut the pack discussion instead.

# %% [markdown] norms
# ## How do we want to work together?
#
# **Why.** Data about unfair treatment can hurt, and it can make people defend themselves.
# Norms that a team wrote itself are the ones that it keeps.

# %% hopes and worries
# Hopes and worries, in silence
lesson.together("hopes-and-worries")

# %% hopes tags=["interactive"]
# Write one hope and one worry
lesson.ask("hopes")

# %% norms form tags=["interactive"]
# Agree, and add one
lesson.ask("norms")

# %% hope tags=["interactive"]
# Your own hope, and what is still open here
lesson.ask("hope")

# %% [markdown] reading the list
# **How to read this.** “Not answered” marks what is still open in this notebook; nothing of it blocks the next one.
#
# **Ask yourself.** What would make the next three months worth my time?

# %% [markdown] closing
# ## Before you close
#
# One promise with a date, a private question or two, and four questions to check yourself.

# %% promise tags=["interactive"]
# One promise, with a date
lesson.promise()

# %% reflect tags=["interactive"]
# Two questions for yourself
lesson.reflect()

# %% check tags=["interactive"]
# Check yourself
lesson.check()

# %% [markdown] done
# ## What you have done
#
# - Opened, saved and restored a portfolio file.
# - Configured student-group definitions and the smallest group that may be shown where you are.
# - Told apart data that may be used on a public server from data that may not.
# - Agreed to working norms, added one, and stated your own hope for the work.

# %% answers
# What is recorded from this notebook?
lesson.answers()

# %% save
# Save your work
lesson.save()
