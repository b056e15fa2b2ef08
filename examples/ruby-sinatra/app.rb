# A poll with one question.
require "sinatra"
require_relative "lib/votes"

votes = Votes.new(ENV.fetch("DATABASE", "votes.db"))

get "/" do
  erb :poll, locals: { tally: votes.tally }
end

post "/" do
  votes.cast(params["answer"]) if %w[yes no].include?(params["answer"])
  redirect "/"
end
