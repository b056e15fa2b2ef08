//! What the tables of cron call that a container starts, read as a script: each line of a file or a step that looks like one of theirs,
//! wherever it lies.
//!
//! Sources: crontab(5); busybox, "crond"; supercronic, README.

use super::runtime::Runtime;
use crate::program::{Action, visit};
use crate::shell::{plain, readable};

/// Who reads tables.
const DAEMONS: &str = " cron crond go-crond supercronic ";

impl Runtime<'_, '_> {
    /// The commands of all tables, a line each, if one of these programs is started; what is not known is an error.
    pub(super) fn tables_of_cron(
        &self,
        mut started: impl Iterator<Item = String>,
    ) -> Result<String, String> {
        let reads = |word: &String| {
            DAEMONS.contains(&format!(" {} ", word.rsplit('/').next().unwrap_or(word)))
        };
        if !started.any(|word| reads(&word)) {
            return Ok(String::new());
        }
        let mut users: Vec<String> = ["nobody", "root", "www-data"].map(str::to_owned).to_vec();
        let mut lines: Vec<String> = Vec::new();
        let mut open = false;
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let first = call.words.first().map_or("", |word| &**word);
            if first.contains("user") {
                users.extend(call.words.last().map(|word| word.to_string()));
            }
            for word in call.words.iter().skip(1) {
                match plain(word) {
                    Some(word) => {
                        lines.extend(word.replace("\\n", "\n").lines().map(str::to_owned))
                    }
                    None => open |= readable(word).contains("* *"),
                }
            }
        });
        if open {
            return Err("a variable says what cron starts".to_owned());
        }
        for (path, _) in self.context.into_iter().flat_map(|context| context.entries()) {
            let name = path.rsplit('/').next().unwrap_or(path);
            let told = [".md", ".rst"].iter().any(|end| name.ends_with(end));
            let text = self.context.and_then(|context| context.text(path));
            if let Some(text) = text.filter(|_| !told && !name.contains("Dockerfile")) {
                let named = path.contains("cron");
                let own = text.lines().filter(|line| named || line.contains('*'));
                lines.extend(own.map(str::to_owned));
            }
        }
        let mut script = String::new();
        for line in lines {
            let Some(command) = behind_times(&line) else { continue };
            let mut words = command.splitn(2, char::is_whitespace);
            let first = words.next().unwrap_or_default();
            let user = users.iter().any(|user| user == first);
            script.push_str(if user { words.next().unwrap_or_default() } else { command });
            script.push('\n');
        }
        Ok(script)
    }
}

/// What stands behind the times of a line, if it has any.
fn behind_times(line: &str) -> Option<&str> {
    let is_time = |word: &&str| {
        let number = |c: char| c.is_ascii_digit() || "*,/-".contains(c);
        let name = |part: &str| part.len() == 3 && part.bytes().all(|b| b.is_ascii_alphabetic());
        word.chars().all(number) || word.split([',', '-']).all(name)
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    let count = match words.first()?.strip_prefix('@') {
        Some("every") => 2,
        Some(name) if name.bytes().all(|byte| byte.is_ascii_lowercase()) => 1,
        Some(_) => return None,
        None if words[0].starts_with(|c: char| c.is_ascii_alphabetic() || c == '-') => return None,
        None => {
            let times = words.iter().take(5).take_while(|word| is_time(word)).count();
            times + words.iter().skip(times).take_while(|word| **word == "*").count()
        }
    };
    if words[0].starts_with('@') && words.len() <= count || !words[0].starts_with('@') && count < 5
    {
        return None;
    }
    let first = words.get(count)?;
    let behind =
        line.char_indices().filter(|(at, _)| line[..*at].split_whitespace().count() == count);
    let at = behind.map(|(at, _)| at).find(|at| line[*at..].starts_with(first))?;
    Some(line[at..].trim())
}

#[cfg(test)]
mod tests {
    use super::behind_times;

    #[test]
    fn commands_are_found() {
        for (line, command) in [
            ("* * * * * root /bin/a  b", Some("root /bin/a  b")),
            ("*/5 1-6 1,2 jan mon-fri /bin/a", Some("/bin/a")),
            ("0 0 * * * * * /bin/a", Some("/bin/a")),
            ("@hourly /bin/a", Some("/bin/a")),
            ("@every 5m /bin/a", Some("/bin/a")),
            ("MAILTO=root", None),
            ("# * * * * * /bin/a", None),
            ("- cron: '0 0 * * *'", None),
            ("one two three four five six", None),
        ] {
            assert_eq!(behind_times(line), command, "{line}");
        }
    }
}
