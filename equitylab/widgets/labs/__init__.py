"""What a lab shows, one module a topic; also the checks that forms run on what is written."""
