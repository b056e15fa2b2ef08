//! The stage that is built, and what its containers start.

use dockslim_syntax::{Arguments, Dockerfile, Instruction, Keyword};

use crate::image::Config;

/// The stage that is built, if it stands on an image that the file names.
pub(super) struct Stage<'d> {
    pub(super) from: &'d Instruction,
    /// The image that it stands on, as written.
    pub(super) base: String,
    /// Its instructions behind FROM.
    pub(super) instructions: Vec<&'d Instruction>,
}

impl<'d> Stage<'d> {
    /// The stage `target`, or the last one. `None` if there is none, if it stands on another stage, or if a variable says what it
    /// stands on.
    pub(super) fn of(dockerfile: &'d Dockerfile<'_>, target: Option<&str>) -> Option<Self> {
        let mut stages: Vec<(Option<String>, Stage<'d>)> = Vec::new();
        for (_, instruction) in dockerfile.instructions() {
            if let Arguments::From(from) = &instruction.arguments {
                let name = from.name.map(|name| dockerfile.text(name).to_lowercase());
                let base = dockerfile.text(from.image.span).into_owned();
                stages.push((name, Stage { from: instruction, base, instructions: Vec::new() }));
            } else if let Some((_, stage)) = stages.last_mut() {
                stage.instructions.push(instruction);
            }
        }
        let number = match target.map(str::to_lowercase) {
            None => stages.len().checked_sub(1)?,
            Some(target) => stages
                .iter()
                .rposition(|(name, _)| name.as_deref() == Some(target.as_str()))
                .or_else(|| target.parse().ok())?,
        };
        let named = |base: &str, (name, _): &(Option<String>, Stage<'_>)| {
            name.as_deref() == Some(base.to_lowercase().as_str())
        };
        let base = &stages.get(number)?.1.base;
        let is_open = base.contains('$') || base == "scratch";
        if is_open || stages[..number].iter().any(|stage| named(base, stage)) {
            return None;
        }
        Some(stages.swap_remove(number).1)
    }

    /// Whether it has an instruction of this kind.
    pub(super) fn has(&self, kind: Keyword) -> bool {
        self.instructions.iter().any(|one| one.kind == kind)
    }

    /// The names that its ENV instructions set.
    pub(super) fn variables(&self, dockerfile: &Dockerfile<'_>) -> Vec<String> {
        let pairs = self.instructions.iter().filter(|one| one.kind == Keyword::Env);
        let pairs = pairs.flat_map(|one| match &one.arguments {
            Arguments::Pairs { pairs, .. } => pairs.as_slice(),
            _ => &[],
        });
        pairs.map(|pair| dockerfile.text(pair.name).into_owned()).collect()
    }
}

/// What a container starts, as its image says.
pub(super) struct Launch {
    /// The words of entrypoint and command.
    pub(super) words: Vec<String>,
    /// The words of the health check, behind the one that says who runs it.
    health: Vec<String>,
    /// What a shell reads, of all three.
    scripts: Vec<String>,
    /// Whether a shell reads one of them.
    pub(super) needs_shell: bool,
    folder: String,
}

impl Launch {
    pub(super) fn of(config: &Config) -> Self {
        let mut words = config.words("entrypoint", "");
        words.extend(config.words("command", ""));
        let mut health = config.words("health check", "Test");
        let kind = if health.is_empty() { String::new() } else { health.remove(0) };
        let is_shell = |program: &str| {
            let name = program.rsplit('/').next().unwrap_or(program);
            matches!(name, "sh" | "bash" | "ash" | "dash" | "zsh") || name.ends_with(".sh")
        };
        let needs_shell = words.first().is_some_and(|program| is_shell(program))
            || kind == "CMD-SHELL"
            || health.first().is_some_and(|program| is_shell(program));
        let mut scripts = if kind == "CMD-SHELL" { health.clone() } else { Vec::new() };
        for words in [&words, &health] {
            scripts.extend(
                words.windows(2).filter(|pair| pair[0] == "-c").map(|pair| pair[1].clone()),
            );
        }
        let folder = config.get("working directory", "").unwrap_or("/").to_owned();
        Self { words, health, scripts, needs_shell, folder }
    }

    /// A path as the tree of an image has it, seen from the working directory.
    pub(super) fn place(&self, word: &str) -> String {
        let whole =
            if word.starts_with('/') { word.to_owned() } else { format!("{}/{word}", self.folder) };
        let parts = whole.split('/').filter(|part| !part.is_empty() && *part != ".");
        parts.collect::<Vec<_>>().join("/")
    }

    /// The places that its words may name, and those of a program that is looked for on the usual PATH.
    pub(super) fn paths(&self) -> impl Iterator<Item = String> {
        const PLACES: [&str; 6] =
            ["usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin"];
        let is_border = |letter: char| letter.is_whitespace() || "\"'`$(){}<>|&;=".contains(letter);
        let scripts = self.scripts.iter().flat_map(|script| script.split(is_border));
        let scripts: Vec<&str> = scripts.filter(|word| !word.is_empty()).collect();
        let own = self.words.iter().chain(&self.health).map(String::as_str);
        let own = own.chain(scripts.iter().copied()).filter(|word| !word.starts_with('-'));
        let own: Vec<String> = own.map(|word| self.place(word)).collect();
        let programs = self.words.first().into_iter().chain(self.health.first());
        let programs = programs.map(String::as_str).chain(scripts);
        let programs = programs.filter(|program| !program.contains('/'));
        let found: Vec<String> =
            programs.flat_map(|program| PLACES.map(|place| format!("{place}/{program}"))).collect();
        own.into_iter().chain(found).chain([self.place("")])
    }
}

/// A value of ENV between double quotes.
pub(super) fn quoted(value: &str) -> String {
    let mut quoted = String::from("\"");
    for character in value.chars() {
        if matches!(character, '"' | '\\' | '$') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted + "\""
}

/// What a new base does not set: the settings of the container that the stage itself does not make, as instructions. Variables in
/// `others` are left out.
pub(super) fn inherited(
    dockerfile: &Dockerfile<'_>,
    stage: &Stage<'_>,
    config: &Config,
    others: &[&str],
) -> Vec<String> {
    /// What builders set where nobody does.
    const USUAL_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let own = stage.variables(dockerfile);
    let mut lines = Vec::new();
    for (name, value) in config.all("environment") {
        let is_usual = name == "PATH" && value == USUAL_PATH;
        if !is_usual && !others.contains(&name) && !own.iter().any(|other| other == name) {
            lines.push(format!("ENV {name}={}", quoted(value)));
        }
    }
    if let Some(folder) = config.get("working directory", "")
        && !stage.has(Keyword::Workdir)
    {
        lines.push(format!("WORKDIR {folder}"));
    }
    if let Some(user) = config.get("user", "")
        && !stage.has(Keyword::User)
    {
        lines.push(format!("USER {user}"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::parse;
    use serde_json::json;

    use super::*;

    fn base(text: &str, target: Option<&str>) -> Option<String> {
        Stage::of(&parse(text), target).map(|stage| stage.base)
    }

    #[test]
    fn the_stage_that_is_built_stands_on_an_image() {
        let text = "FROM golang:1.22 AS build\nFROM debian:12 AS Run\nCOPY --from=build /a /a\n";
        assert_eq!(base(text, None).as_deref(), Some("debian:12"));
        assert_eq!(base(text, Some("run")).as_deref(), Some("debian:12"));
        assert_eq!(base(text, Some("0")).as_deref(), Some("golang:1.22"));
        assert_eq!(base(text, Some("none")), None);
        assert_eq!(base("FROM debian AS a\nFROM A\n", None), None);
        assert_eq!(base("ARG B=debian\nFROM $B\n", None), None);
        assert_eq!(base("FROM scratch\n", None), None);
    }

    #[test]
    fn settings_of_the_old_base_are_written_down() {
        let config = Config::of(&json!({ "config": { "User": "me", "WorkingDir": "/srv",
            "Env": ["PATH=/opt/bin:/bin", "A=x \"$y\"", "OWN=1", "LANG=C"] } }));
        let dockerfile = parse("FROM debian\nENV OWN=1\nUSER me\n");
        let stage = Stage::of(&dockerfile, None).unwrap();
        assert_eq!(
            inherited(&dockerfile, &stage, &config, &["LANG"]),
            [r#"ENV A="x \"\$y\"""#, r#"ENV PATH="/opt/bin:/bin""#, "WORKDIR /srv"]
        );
    }

    #[test]
    fn a_container_names_its_files() {
        let config = Config::of(&json!({ "config": { "WorkingDir": "/srv",
            "Entrypoint": ["./run", "--flag", "conf/a.yml"], "Cmd": ["serve"],
            "Healthcheck": { "Test": ["CMD", "curl", "-f"] } } }));
        let launch = Launch::of(&config);
        assert!(!launch.needs_shell);
        let paths: Vec<String> = launch.paths().collect();
        for path in ["srv/run", "srv/conf/a.yml", "usr/bin/curl", "srv"] {
            assert!(paths.iter().any(|other| other == path), "{path}: {paths:?}");
        }
        let shell = Config::of(&json!({ "config": { "Cmd": ["/bin/sh", "-c", "exec a"],
            "Healthcheck": { "Test": ["CMD-SHELL", "test \"$(wget -qO- http://a/b)\" || exit 1"] } } }));
        let launch = Launch::of(&shell);
        assert!(launch.needs_shell);
        let paths: Vec<String> = launch.paths().collect();
        for path in ["usr/bin/a", "usr/bin/wget"] {
            assert!(paths.iter().any(|other| other == path), "{path}: {paths:?}");
        }
    }
}
