//! What cron starts: the commands of its tables, which take their place beside it among what the container starts.
//!
//! Source: crontab(5) and cron(8) of Debian; busybox, "crond"; supercronic, README.

use super::effects::Effect;
use super::entered::{ESSENTIAL, OF_SHELLS};
use super::launch::{base_name, is_shell};
use super::reasons;
use super::subject::{Obstacle, Subject};
use crate::facts::absolute;
use crate::knowledge::package_of_program;

/// Programs that read such tables.
const READERS: &[&str] = &["cron", "crond", "go-crond", "supercronic"];

/// Commands that start the one behind their options, with how many other words stand in front of it.
const WRAPPERS: &[(&str, usize)] = &[
    ("command", 0),
    ("exec", 0),
    ("flock", 1),
    ("nice", 0),
    ("nohup", 0),
    ("time", 0),
    ("timeout", 1),
];

/// What starts others in ways that are not followed.
const UNFOLLOWED: &[&str] = &[
    "chronic",
    "chroot",
    "env",
    "eval",
    "ionice",
    "parallel",
    "run-parts",
    "runuser",
    "setpriv",
    "su",
    "sudo",
    "xargs",
];

/// Adds the commands of tables to what the container starts, where it starts cron.
pub(super) fn follow(subject: &mut Subject<'_, '_>) -> Result<(), Obstacle> {
    let reads = |program: &str| READERS.contains(&base_name(program));
    if !subject.launch.programs().flatten().any(reads) {
        return Ok(());
    }
    let mut found = Vec::new();
    for (path, line) in lines(subject) {
        Table { subject, path: &path, found: &mut found }.line(&line)?;
    }
    let alpine = subject.image.contains("alpine");
    let launch = &mut subject.launch;
    launch.needs_shell = true;
    launch.needs_system |= !alpine;
    launch.commands.extend(found.into_iter().map(|words| words.into_iter().map(Some).collect()));
    Ok(())
}

/// The commands of all tables, each with where it stands: files of the project, and what steps write.
fn lines(subject: &Subject<'_, '_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let files = subject.context.into_iter().flat_map(|context| {
        context.entries().filter_map(|(path, _)| Some((path, context.text(path)?)))
    });
    let for_people = |path: &str| {
        [".md", ".rst"].iter().any(|end| path.ends_with(end)) || path.contains("Dockerfile")
    };
    for (path, text) in files.filter(|(path, _)| !for_people(path)) {
        let named = path.contains("cron");
        let commands = text.lines().filter(|line| named || line.contains('*')).filter_map(command);
        found.extend(commands.map(|line| (path.to_owned(), line.to_owned())));
    }
    for done in &subject.done {
        let line = subject.build.dockerfile.line(done.command.span.start);
        for word in done.command.words.iter().flatten() {
            let commands = word.split('\n').flat_map(|word| word.split("\\n")).filter_map(command);
            found.extend(commands.map(|command| (format!("line {line}"), command.to_owned())));
        }
        // What a variable says of a command may be anything.
        let open = done.command.words.iter().any(Option::is_none);
        if open && done.command.text(subject.build.dockerfile).contains("* *") {
            found.push((format!("line {line}"), "$".to_owned()));
        }
    }
    // A script in one of the folders that cron looks through is called by its name.
    let places = subject.copied.iter().flat_map(|copied| &copied.brings).map(|one| &one.place);
    let written = subject.done.iter().flat_map(|done| match &done.effect {
        Effect::Writes(paths) => paths.as_slice(),
        _ => &[],
    });
    let by_name = |place: &&String| {
        let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
        ["/etc/cron.daily", "/etc/cron.hourly", "/etc/cron.monthly", "/etc/cron.weekly"]
            .contains(&folder)
            || folder.starts_with("/etc/periodic/")
    };
    found.extend(places.chain(written).filter(by_name).map(|it| (it.clone(), it.clone())));
    found
}

/// The command of a line, behind its times.
fn command(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let (first, rest) = line.split_once(char::is_whitespace)?;
    if let Some(name) = first.strip_prefix('@') {
        let names =
            ["annually", "daily", "hourly", "midnight", "monthly", "reboot", "weekly", "yearly"];
        let rest = rest.trim_start();
        return match name {
            "every" => rest.split_once(char::is_whitespace).map(|(_, rest)| rest.trim_start()),
            name => names.contains(&name).then_some(rest),
        };
    }
    let (mut rest, mut times) = (line, 0);
    while let Some((word, behind)) = rest.split_once(char::is_whitespace).filter(|_| times < 7) {
        if !is_time(word, times) {
            break;
        }
        (rest, times) = (behind.trim_start(), times + 1);
    }
    (times >= 5 && !rest.is_empty()).then_some(rest)
}

/// Whether a word is one of the times of a line; behind the fifth, only a star is.
fn is_time(word: &str, number: usize) -> bool {
    let months =
        ["apr", "aug", "dec", "feb", "jan", "jul", "jun", "mar", "may", "nov", "oct", "sep"];
    let days = ["fri", "mon", "sat", "sun", "thu", "tue", "wed"];
    let one = |part: &str| {
        let name = part.to_ascii_lowercase();
        part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'*')
            || number >= 3 && (months.contains(&&*name) || days.contains(&&*name))
    };
    match number {
        0..=4 => word.split([',', '-', '/']).all(one),
        _ => word == "*",
    }
}

/// A table while it is read.
struct Table<'t, 's, 'f, 'd> {
    subject: &'s Subject<'f, 'd>,
    path: &'t str,
    found: &'t mut Vec<Vec<String>>,
}

impl Table<'_, '_, '_, '_> {
    fn unread<T>(&self, what: &str) -> Result<T, Obstacle> {
        let message = format!("the table of cron in {} {what}", self.path);
        Err((&reasons::UNREAD_COMMAND, message))
    }

    /// A line, behind its times: a user may stand in front of the command.
    fn line(&mut self, line: &str) -> Result<(), Obstacle> {
        let known = |word: &str| word.contains('/') || OF_SHELLS.contains(&word) || is_simple(word);
        let name = |word: &str| {
            word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        };
        let mut words = line.split_whitespace();
        let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let wraps = |word: &str| WRAPPERS.iter().any(|(name, _)| *name == word) || is_shell(word);
        let user = name(first)
            && !known(first)
            && !wraps(first)
            && (first == "root" || known(second) || wraps(second));
        let command = if user { line[first.len()..].trim_start() } else { line };
        self.script(command, 0)
    }

    /// A text that the shell reads.
    fn script(&mut self, text: &str, depth: usize) -> Result<(), Obstacle> {
        let Some(commands) = parts(text).filter(|_| depth < 4) else {
            return self.unread("is not understood");
        };
        let mut here = None;
        for words in commands {
            self.command(&words, &mut here, depth)?;
        }
        Ok(())
    }

    fn command(
        &mut self,
        words: &[String],
        here: &mut Option<String>,
        depth: usize,
    ) -> Result<(), Obstacle> {
        let sets = |word: &&String| {
            let name = word.split_once('=').map_or("", |(name, _)| name);
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        let words = &words[words.iter().take_while(sets).count()..];
        let Some((first, rest)) = words.split_first() else { return Ok(()) };
        let name = base_name(first);
        if first.contains(['$', '*', '?']) || UNFOLLOWED.contains(&name) {
            return self.unread(&format!("calls `{first}`, which is not followed"));
        }
        if let Some((_, others)) = WRAPPERS.iter().find(|(wrapper, _)| *wrapper == name) {
            let mut behind = rest.iter().skip_while(|word| word.starts_with('-')).skip(*others);
            // An option may have a word of its own.
            let plain =
                rest.iter().take_while(|word| word.starts_with('-')).all(|it| it.len() == 2);
            let first = behind.clone().next();
            if !plain
                || first.is_none_or(|word| word.starts_with('-'))
                || rest.iter().any(|it| it == "-c")
            {
                return self.unread(&format!("calls another program by `{name}`"));
            }
            let words: Vec<String> = behind.by_ref().cloned().collect();
            return self.command(&words, here, depth + 1);
        }
        if is_shell(first) {
            let script = rest.iter().position(|word| word.starts_with('-') && word.ends_with('c'));
            return match (script, rest) {
                (Some(0), [_, text, ..]) => self.script(text, depth + 1),
                (None, [script, ..]) if !script.starts_with('-') => {
                    self.start(rest, here.as_deref())
                }
                _ => self.unread("hands a shell what is not known"),
            };
        }
        match first.as_str() {
            "cd" => {
                *here = rest.first().filter(|path| path.starts_with('/')).cloned();
                return Ok(());
            }
            "." | "source" => {
                let place = rest.first().and_then(|path| absolute(path, here.as_deref()));
                let own = place.is_none_or(|it| self.subject.source_text(&it).is_some());
                return if own { self.unread("reads a script of the project") } else { Ok(()) };
            }
            _ => {}
        }
        let hands_on = name == "find" && rest.iter().any(|word| word.starts_with("-exec"));
        if OF_SHELLS.contains(&first.as_str()) || is_simple(first) && !hands_on {
            return Ok(());
        }
        if hands_on {
            return self.unread("calls another program by `find`");
        }
        self.start(words, here.as_deref())
    }

    /// A program, or a script of the project. Cron starts it in the home of its user, where no command goes elsewhere.
    fn start(&mut self, words: &[String], here: Option<&str>) -> Result<(), Obstacle> {
        let mut words = words.to_vec();
        if words[0].contains('/') && !words[0].starts_with('/') {
            match absolute(&words[0], here).filter(|_| here.is_some()) {
                Some(place) => words[0] = place,
                None => {
                    let what = format!("calls `{}`, and from where is not known", words[0]);
                    return self.unread(&what);
                }
            }
        }
        self.found.push(words);
        Ok(())
    }
}

/// Whether each system has a program.
fn is_simple(program: &str) -> bool {
    let name = base_name(program);
    ESSENTIAL.contains(&name) || package_of_program(name) == Some("")
}

/// The commands of a text, each with its words, without redirections; `None` where more than that would have to be known.
fn parts(text: &str) -> Option<Vec<Vec<String>>> {
    let (mut all, mut words, mut word): (Vec<Vec<String>>, Vec<String>, Option<String>) =
        Default::default();
    let mut quote = None;
    let mut signs = text.chars().peekable();
    let mut skips = false;
    while let Some(c) = signs.next() {
        let ends = quote.is_none() && (c.is_whitespace() || ";&|()\n`<>".contains(c));
        if ends {
            // `2>&1`, `>>log`: what stands behind is no word of the command.
            let number =
                word.as_ref().is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
            let done = word.take().filter(|_| !("<>".contains(c) && number));
            if let Some(done) = done.filter(|_| !std::mem::take(&mut skips)) {
                words.push(done);
            }
            match c {
                '>' | '<' => {
                    while signs.next_if(|next| "<>&|".contains(*next)).is_some() {}
                    skips = true;
                }
                ';' | '&' | '|' | '(' | ')' | '\n' | '`' => {
                    skips = false;
                    all.push(std::mem::take(&mut words));
                }
                _ => {}
            }
            continue;
        }
        match (c, quote) {
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, Some(open)) if c == open => quote = None,
            ('`', Some('"')) => return None,
            ('$', Some('"')) if signs.peek() == Some(&'(') => return None,
            // The bracket begins a command of its own.
            ('$', None) if signs.peek() == Some(&'(') => word.get_or_insert_default().push('-'),
            ('\\', _) => word.get_or_insert_default().extend(signs.next()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word.filter(|_| !skips));
    all.push(words);
    quote.is_none().then_some(all)
}

#[cfg(test)]
mod tests {
    use super::{command, parts};

    #[test]
    fn lines_of_tables() {
        for (line, found) in [
            ("* * * * * root /bin/a", Some("root /bin/a")),
            ("*/5 0-6 1,2 * mon-fri  /bin/a b", Some("/bin/a b")),
            ("0 0 * * * * * /bin/a", Some("/bin/a")),
            ("@daily /bin/a", Some("/bin/a")),
            ("PATH=/bin", None),
            ("# * * * * * /bin/a", None),
            ("- cron: '0 0 * * *'", None),
        ] {
            assert_eq!(command(line), found, "{line}");
        }
    }

    #[test]
    fn commands_of_lines() {
        let text = "cd /app && A=1 ./job 'a b' >> /var/log/a 2>&1 | tee x; echo $(date)";
        let found = parts(text).unwrap();
        let found: Vec<String> = found.iter().map(|words| words.join(" ")).collect();
        assert_eq!(found, ["cd /app", "", "A=1 ./job a b", "tee x", "echo -", "date", ""]);
        assert!(parts("echo \"$(date)\"").is_none() && parts("echo 'a").is_none());
    }
}
