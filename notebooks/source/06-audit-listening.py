# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: "Listening: surveys, conversations and community assets"
# ---

# %% tags=["parameters"]
# Whose work, and which school?
portfolio: str = "my-work/portfolio.json"  # help: where your work is kept
unit_id: str = ""  # help: the school's id; empty: the one chosen in notebook 00
release: str = ""  # help: published numbers, a path; empty: those chosen in notebook 00

# %% setup
# Open the lesson
from equitylab.widgets import Lesson

lesson = Lesson("m06", portfolio=portfolio, school=unit_id, release=release)

# %% opening
# Where are you, and what is saved?
lesson.opening()

# %% [markdown] who answered notes tags=["facilitator"]
# 8 min. Three minutes to predict, two to look, three to name who is missing.
# Say first: who is not in the answers is a finding about how we asked.
# Move: write the languages, hours and distances that are missing on a card in the middle of the table; it stays there.
# What may go wrong: someone wants the average first. Coverage comes before any score.

# %% [markdown] who answered
# ## Who answered, and who is missing?
#
# **Why.** An average of those who answered is not the voice of those who did not.
# So the first picture is always who was asked, who answered, and whose silence we have to go and hear.

# %% prediction tags=["covers:S3-28", "interactive"]
# What do you expect to hear?
lesson.predict("prediction")

# %% [markdown] reading coverage
# **How to read this.** The dot is the response of a group, and the diamond that of all others.
# Everyone who was asked is counted, so a response has no interval.
# A share under 0.8 means: this group is heard much less than it is present.
# “Or less” is a band: so few answered that the number itself stays hidden.
#
# **Ask yourself.** Who did not answer, and what might their silence mean?

# %% coverage tags=["covers:S3-28", "interactive"]
# Look at each survey, and at answers of your own
lesson.show("response-coverage")

# %% own people tags=["interactive"]
# If you have a survey of your own: who was asked?
lesson.ask("people")

# %% reach plan tags=["covers:S0-14", "interactive"]
# How will you hear those who are missing?
lesson.ask("reach-plan")

# %% [markdown] scoring notes tags=["facilitator"]
# 20 min. Eight minutes with the three surveys, seven with belonging, five to write what was heard.
# Move: before each score, one person reads the coverage sentence aloud.
# Read the strength first: what do band and robotics do at the door?
# What may go wrong: averages without response rates, or a search for who said it. The answers are anonymous; leave them so.

# %% [markdown] about scores
# ## What do students, families and staff say?
#
# **Why.** Three short surveys ask about the same school from three sides.
# A favourable answer is one of the two upper of five, and every share stands with its count and its interval.

# %% scores tags=["covers:S3-28", "interactive"]
# Score three surveys, after looking at who answered
lesson.show("survey-scores")

# %% three sides tags=["covers:S3-28", "interactive"]
# Do three sides see the same school?
lesson.show("parallel-views")

# %% [markdown] reading scores
# **How to read this.** An interval is the range in which the share of a like group could lie.
# A scale is the mean of its items; for families it is shown only where the items hold together.
# These are draft instruments: compare them with the same version in your own school, and with no other survey.
#
# **Ask yourself.** Where do staff think that all is alike, and students say it is not?

# %% [markdown] about belonging
# ## Who belongs, and who is known by an adult?
#
# **Why.** Belonging is made: someone greets, someone waits, someone notices an absence.
# Where it is high, there is something to learn; where it is low, there is a routine to build.

# %% belonging tags=["covers:S0-08", "interactive"]
# Is belonging alike for all students?
lesson.show("belonging")

# %% noticed tags=["covers:S0-08", "interactive"]
# Where does hardly any adult notice?
lesson.show("noticed")

# %% [markdown] reading belonging
# **How to read this.** A clear difference describes who answered what; it does not say why.
# Groups under ten are hidden, and one more with them, since the total would give them away.
#
# **Ask yourself.** Which student could be away for a week before an adult called?

# %% known by an adult tags=["covers:S0-08", "interactive"]
# Which routine makes sure that every student is known?
lesson.ask("known-by-adult")

# %% engagement tags=["covers:S3-26", "interactive"]
# Demanding work, help that works, interest: for whom?
lesson.show("engagement")

# %% reliability tags=["interactive"]
# May these items be added up?
lesson.show("reliability")

# %% heard tags=["interactive"]
# What did you hear?
lesson.ask("heard")

# %% survey plan tags=["covers:S3-28", "interactive"]
# When will you ask, and when give back?
lesson.ask("surveys")

# %% [markdown] comment notes tags=["facilitator"]
# 15 min. Six minutes alone to code twelve comments, four to compare in pairs, five to merge into themes.
# Move: where two people chose differently, ask which words they saw.
# What may go wrong: a guess at who wrote it. Say that names are gone so that nobody has to wonder.

# %% [markdown] comments
# ## What do people write when nobody asks a question?
#
# **Why.** Comments hold what no item asked for.
# Code them by hand, retell them, and never show one that could point to a person.

# %% tags tags=["covers:S2-12", "interactive"]
# Code twelve comments
lesson.ask("tags")

# %% comment coder tags=["covers:S2-12", "interactive"]
# What would a keyword have said?
lesson.show("comment-coder")

# %% [markdown] reading comments
# **How to read this.** The suggestion counts words, on this machine.
# It does not know irony, thanks or a wish; your code stands before it.
# Under fifteen comments nothing is shown, since style and detail point to people.
#
# **Ask yourself.** Whose answer stayed with me?

# %% themes tags=["covers:S2-12", "interactive"]
# Retell five to eight themes
lesson.ask("themes")

# %% [markdown] panel notes tags=["facilitator"]
# 15 min. The panel has been prepared, has chosen its own points, and is paid or thanked; ten minutes of listening, five of questions and thanks.
# With no panel, read the three voices aloud.
# Protocol: listening circle. No story leaves the room; learning does.
# What may go wrong: the panel becomes a performance, or a leader explains. Stop kindly, and thank the speaker.

# %% [markdown] conversations
# ## How will you listen in person?
#
# **Why.** A survey finds patterns, and a conversation finds reasons and ideas.
# Whoever speaks to you is owed a purpose, a choice, and an answer.

# %% circle tags=["covers:S2-33"]
# A small circle first
lesson.together("circle")

# %% panel
# Listen to a panel, or to three voices
lesson.together("panel")

# %% panel notes kept tags=["covers:S0-14", "interactive"]
# What does a voice ask of an adult?
lesson.ask("panel-notes")

# %% circle plan tags=["covers:S2-33", "covers:S2-12", "interactive"]
# Plan a listening circle, with an action within thirty days
lesson.ask("circle-plan")

# %% said and did tags=["covers:S2-12", "covers:S3-12", "interactive"]
# You said, we did
lesson.ask("said-did")

# %% forum tags=["covers:S3-12", "interactive"]
# A student forum that decides something
lesson.ask("forum")

# %% [markdown] meeting notes tags=["facilitator"]
# 15 min. Five minutes with the meeting planner, five with one partner, five with the asset map.
# Move: plan the meeting once for an evening only, and read aloud who could not come.
# What may go wrong: a list of services without reach. Ask whom each one serves, of those who asked.

# %% [markdown] meetings
# ## Which families could come?
#
# **Why.** A meeting at one hour in one language has chosen its families already.
# Two hours, an interpreter and a way to join from home change who can be there.

# %% families tags=["interactive"]
# Your own families, in totals
lesson.ask("families")

# %% meeting tags=["covers:S3-17", "interactive"]
# Plan a meeting, and see who is not reached
lesson.show("meeting")

# %% meeting times tags=["covers:S3-17"]
# What happened when a second time was offered?
lesson.show("meeting-times")

# %% [markdown] reading meetings
# **How to read this.** The planner knows who could come, and not who will.
# Hillcrest's numbers describe four meetings; they are a reason to try, with a date to look again.
#
# **Ask yourself.** What did families offer that we have never asked for?

# %% capacity tags=["covers:S3-18", "interactive"]
# What do families and staff bring to each other?
lesson.ask("capacity")

# %% workshop tags=["covers:S3-18", "interactive"]
# A workshop that goes both ways
lesson.ask("workshop")

# %% home resources tags=["covers:S3-18", "interactive"]
# Learning to take home
lesson.ask("home-resources")

# %% [markdown] about partners
# ## Whom do partners reach?
#
# **Why.** Tutoring, mentors and clinics help those who can get to them.
# Set those who are served beside those who asked or are in need, and look at how long others wait.

# %% partner reach tags=["covers:S3-19", "interactive"]
# Whom does a programme reach?
lesson.show("partner-reach")

# %% partners tags=["covers:S3-19", "interactive"]
# Your partners, and whom each one reaches
lesson.ask("partners")

# %% agreement tags=["covers:S3-19", "interactive"]
# An agreement with one of them
lesson.ask("agreement")

# %% health map tags=["covers:S3-20"]
# Health and wellness: need, wait and reach
lesson.show("health-map")

# %% health tags=["covers:S3-20", "interactive"]
# Health and wellness near you, in totals
lesson.ask("health")

# %% [markdown] about assets
# ## What does the community have?
#
# **Why.** People, places, languages and stories are there before any programme.
# A map of them keeps the work from starting with what is missing.

# %% assets tags=["covers:S2-27", "interactive"]
# Add to the community's assets
lesson.ask("assets")

# %% asset map tags=["covers:S2-27"]
# What is on the map, and whom has nobody asked?
lesson.show("asset-map")

# %% [markdown] voice notes tags=["facilitator"]
# 12 min. Each team opens its cards, adds a voice or a date to each, and reads one card aloud with its strength first.
# Move: a card whose voice nobody can name gets a listening task with a date, here and now.
# What may go wrong: a quotation that identifies. Retell it, and ask the speaker.

# %% [markdown] voice
# ## Whose voice stands beside each number?
#
# **Why.** In notebook 07 no finding becomes a priority without a voice.
# Every card also carries a strength: what students bring, and who makes it possible.

# %% voice gate tags=["covers:S0-14", "covers:S4-02"]
# Which findings have a voice, and which wait?
lesson.show("voice-gate")

# %% cards tags=["covers:S0-12", "covers:S0-14", "covers:S4-02", "interactive"]
# Add a voice and a strength to each card, or make a card of what you heard
lesson.cards()

# %% [markdown] reading voice
# **How to read this.** A voice is strong where those concerned have checked the words, different views are in it, nobody can be recognised, and you say what will change.
# A date is enough for today; an empty line is not.
#
# **Ask yourself.** Which card would sound different if a student had written it?

# %% [markdown] promise notes tags=["facilitator"]
# 5 min. Everyone writes one promise to someone who spoke; three people read theirs aloud.
# Thank the panel once more, by role.

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
# - Scored student, family and staff surveys with what has to stay hidden, and with how sure each share is.
# - Judged who is missing from the responses, and planned how to reach them.
# - Coded open comments into themes without exposing anyone.
# - Listed community assets and ways of working with families, and set a voice beside each finding.

# %% answers
# What is recorded from this notebook?
lesson.answers()

# %% save
# Save your work
lesson.save()
