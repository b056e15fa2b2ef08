require "sqlite3"

# The ballot box: a table with one row for each vote.
class Votes
  def initialize(path)
    @database = SQLite3::Database.new(path)
    @database.execute("CREATE TABLE IF NOT EXISTS votes (answer TEXT NOT NULL)")
  end

  def cast(answer)
    @database.execute("INSERT INTO votes VALUES (?)", [answer])
  end

  def tally
    @database.execute("SELECT answer, count(*) FROM votes GROUP BY answer").to_h
  end
end
