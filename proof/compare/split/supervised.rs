//! What supervisord may start: each program of each file of the project that looks like its settings, wherever that lies.
//!
//! Source: Supervisor's documentation, "Configuration File".

use super::packages::installed;
use super::runtime::Runtime;
use super::written::COMPILERS;
use crate::program::{Action, visit};
use crate::shell::Command;

/// Where Debian's package has its own settings.
const OWN: &str = "/etc/supervisor/supervisord.conf";

impl Runtime<'_, '_> {
    /// The commands that supervisord may start, which is given these words; what nobody can read is an error.
    pub(super) fn supervised(&self, words: &[String]) -> Result<Vec<Vec<String>>, String> {
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let file = match word.split_once('=') {
                Some(("--configuration", file)) => Some(file),
                _ if word == "-c" || word == "--configuration" => words.next().map(String::as_str),
                _ if word == "-n" || word == "--nodaemon" => continue,
                _ => return Err(format!("what supervisord does with `{word}` is not known")),
            };
            let known = |file: &str| file == OWN || file.starts_with('/') && self.was_there(file);
            if !file.is_some_and(known) {
                return Err("the settings of supervisord are not known".to_owned());
            }
        }
        let mut written = None;
        visit(&self.old.steps, &mut |step| match &step.action {
            Action::Call(call) => {
                let program = Command::of(&call.words).program().to_owned();
                let quiet = ["apt", "apt-get", "chmod", "chown", "mkdir", "useradd", "usermod"];
                let mut all = call.words.iter().skip(1).chain(&call.redirects);
                let log = |word: &str| word.contains("/var/log/") || word.contains("/var/run/");
                if !quiet.contains(&program.as_str())
                    && all.any(|word| word.contains("supervisor") && !log(word))
                {
                    written = Some(program);
                }
            }
            Action::Copy(copy)
                if copy.from.is_some() && copy.destination.contains("supervisor") =>
            {
                written = Some("COPY".to_owned());
            }
            _ => {}
        });
        if let Some(program) = written {
            return Err(format!("`{program}` may change the settings of supervisord"));
        }
        let context = self.context.ok_or("the settings of supervisord are not known")?;
        let mut found = Vec::new();
        for (path, _) in context.entries() {
            let Some(text) = context.text(path) else { continue };
            let starts = ["[program:", "[eventlistener:", "[fcgi-program:", "[include]"];
            if starts.iter().any(|start| text.contains(start)) && !path.ends_with(".md") {
                let commands = of_settings(text);
                found.extend(
                    commands.map_err(|line| format!("`{line}` of {path} is not followed"))?,
                );
            }
        }
        Ok(found)
    }
}

impl Runtime<'_, '_> {
    /// A program that supervisord may start by some file of the project, and that stays behind with the build of an interpreted program.
    pub(super) fn loses_of_supervisor(&self) -> Option<String> {
        let mut starts = self.new.configuration.starts().into_iter().flatten();
        if !self.interprets() || !starts.any(|start| start.contains("supervisord")) {
            return None;
        }
        let (old, new) = (installed(&self.old.steps), installed(&self.new.steps));
        let files = self.context.into_iter().flat_map(|context| context.entries());
        let texts = files.filter_map(|(path, _)| self.context?.text(path));
        let programs =
            texts.filter(|text| text.contains("[program:") || text.contains("listener:"));
        let lines = programs.flat_map(str::lines).map(str::trim_start);
        let mut words = lines
            .filter(|line| line.starts_with("command"))
            .flat_map(|line| line.split(|c: char| c.is_whitespace() || "=;&|\"'".contains(c)))
            .map(|word| word.rsplit('/').next().unwrap_or(word));
        let left = |name: &str| old.contains(name) && !new.contains(name);
        words.find(|name| COMPILERS.contains(name) || left(name)).map(str::to_owned)
    }
}

/// The commands of all programs of a file; a line that says more than that is the error.
fn of_settings(text: &str) -> Result<Vec<Vec<String>>, String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let code = line.split(" ;").next().unwrap_or_default();
        if code.trim().is_empty() || code.starts_with([';', '#', '[']) {
            continue;
        }
        let lost = || Err(line.to_owned());
        let Some(at) = code.find(['=', ':']).filter(|_| !code.starts_with([' ', '\t'])) else {
            return lost();
        };
        let (key, value) = (code[..at].trim(), code[at + 1..].trim());
        match key {
            "directory" => return lost(),
            "files" if value != "/etc/supervisor/conf.d/*.conf" => return lost(),
            "environment" if value.contains("PATH=") || value.contains("LD_") => return lost(),
            "command" => {
                let plain = |c: char| c.is_ascii_alphanumeric() || " /._-:=,@+".contains(c);
                let words: Vec<String> = value.split_whitespace().map(str::to_owned).collect();
                let first = words.first().map_or("", String::as_str);
                let name = first.rsplit('/').next().unwrap_or(first);
                let shell = ["sh", "bash", "dash", "ash", "zsh"].contains(&name);
                let beside = first.contains('/') && !first.starts_with('/');
                if name.is_empty() || shell || beside || !value.chars().all(plain) {
                    return lost();
                }
                found.push(words);
            }
            _ => {}
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::of_settings;

    #[test]
    fn commands_are_read() {
        let text = "[program:a]\ncommand=/bin/a 80\nuser=root\n";
        assert_eq!(of_settings(text), Ok(vec![vec!["/bin/a".to_owned(), "80".to_owned()]]));
        for line in
            ["command=sh -c a", "command=%(here)s/a", "directory=/srv", "files = /srv/*.ini"]
        {
            assert!(of_settings(&format!("[program:a]\n{line}\n")).is_err(), "{line}");
        }
    }
}
