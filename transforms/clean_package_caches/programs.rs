//! Which programs of a later step may install system packages, or read a store, behind our back.

use dockslim_syntax::Dockerfile;

use super::scene::{Command, Scene, Step, unquoted};
use crate::knowledge::{Leftover, PackageManager, program_names};

/// What a command may do with a leftover.
pub(super) enum Use {
    /// Nothing.
    None,
    /// It reads it.
    Reads,
    /// It runs something that is not in the file.
    Unknown,
}

/// Local programs that configure and build and do not install system packages.
const BUILD_SCRIPTS: &[&str] = &[
    "configure",
    "Configure",
    "config",
    "autogen.sh",
    "buildconf",
    "bootstrap.sh",
    "b2",
    "bjam",
    "waf",
    "gradlew",
    "mvnw",
    "manage.py",
    "easy_install",
    "menuselect",
];

/// Programs of apt that need no lists.
const APT_TOOLS: &[&str] =
    &["apt-key", "apt-mark", "apt-config", "apt-add-repository", "apt-ftparchive", "aptly"];

/// Ends of files that only set variables and functions when a shell reads them.
const SETTINGS_FILES: &[&str] = &[
    "activate",
    "profile",
    "bashrc",
    ".bash_profile",
    "nvm.sh",
    "/env",
    ".env",
    "env.sh",
    "setup.bash",
    "-release",
    "envvars",
    "sdkman-init.sh",
    "conda.sh",
    "setvars.sh",
    "rvm.sh",
    "/rvm",
    "base_profile.sh",
    "opam-init/init.sh",
];

/// Installers, by parts of their names and addresses, that write below one directory and ask no
/// system package manager.
const SELF_CONTAINED: &[&str] = &[
    "rustup",
    "nvm-sh/nvm",
    "creationix/nvm",
    "python-poetry",
    "astral.sh",
    "bun.sh",
    "pnpm.io",
    "getcomposer.org",
    "get.sdkman.io",
    "deno.land",
    "cpanmin.us",
    "bootstrap.pypa.io",
    "rbenv-installer",
    "yarnpkg.com/install",
    "awscli",
    "cmake-",
    "conda",
    "Conda",
    "forge",
    "mamba",
];

/// What a command that is no call of the leftover's own manager does with it.
pub(super) fn used_by(
    scene: &Scene<'_>,
    step: &Step<'_>,
    commands: &[Command<'_>],
    number: usize,
    manager: &PackageManager,
    leftover: &Leftover,
) -> Use {
    let command = &commands[number];
    let dockerfile = scene.dockerfile;
    let Some((at, word)) = command.program() else {
        return by_variable(scene, step, command, manager, leftover);
    };
    let name = program_names(word).next().unwrap_or(word);
    if program_names(word).any(|name| leftover.readers.iter().any(|reader| reader == name)) {
        return Use::Reads;
    }
    // Whoever knows a package manager by name does not need its lists.
    if command.package_call().is_some() {
        return Use::None;
    }
    match name {
        "." | "source" => match command.words.get(at + 1) {
            None => Use::None,
            Some(_) if is_settings(&command.raw_word(dockerfile, at + 1)) => Use::None,
            Some(_) => Use::Unknown,
        },
        "sh" | "bash" | "dash" | "ash" | "zsh" | "su" | "runuser" | "eval" => {
            by_shell(dockerfile, commands, number, at, manager, leftover)
        }
        "python" | "python2" | "python3" | "perl" | "ruby" | "node" | "php" => {
            let script = command.raw_word(dockerfile, at + 1);
            let file = script.rsplit('/').next().unwrap_or(&script);
            let installs = ["install", "bootstrap", "provision", "deps"];
            let suspicious = installs.iter().any(|part| file.contains(part)) && file.contains('.');
            if suspicious { Use::Unknown } else { Use::None }
        }
        _ => by_name(scene, word, name),
    }
}

/// A program that is no package manager and no shell, by its name and path.
fn by_name(scene: &Scene<'_>, word: &str, name: &str) -> Use {
    let is_service = ["/etc/init.d/", "/var/lib/dpkg/info/"].iter().any(|at| word.starts_with(at));
    if BUILD_SCRIPTS.contains(&name) || is_self_contained(word) || is_service {
        return Use::None;
    }
    let in_system = ["/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/"]
        .iter()
        .any(|folder| word.strip_prefix(folder).is_some_and(|rest| !rest.contains('/')));
    // `crontab crontab` is no call of the file that was copied, unless it was copied where programs are.
    let copied = scene.copied.iter().any(|(at, path)| {
        path.trim_end_matches('/').rsplit('/').next().is_some_and(|file| file == name)
            && scene.copied.iter().any(|(same, path)| same == at && path.contains("bin"))
    });
    if copied || name.ends_with(".sh") || name.ends_with(".bash") {
        return Use::Unknown;
    }
    let local = word.contains('/') && !in_system;
    // `apt-install`, `install_packages`; but not `docker-php-ext-install`, `install`, `install2.r`.
    let apt = name.starts_with("apt") && !APT_TOOLS.contains(&name);
    let installs =
        ["install_", "install-", "-install", "_install"].iter().any(|part| name.contains(part));
    let installs = installs && !name.starts_with("docker-php-ext");
    let tool = ["/usr/local/", "/opt/"].iter().any(|folder| word.starts_with(folder))
        || word.contains("bin/");
    if apt || installs || (local && !tool) { Use::Unknown } else { Use::None }
}

fn is_self_contained(text: &str) -> bool {
    SELF_CONTAINED.iter().any(|part| text.contains(part))
}

fn is_settings(path: &str) -> bool {
    SETTINGS_FILES.iter().any(|end| path.ends_with(end))
}

/// `bash script`, `bash -c 'text'`, `curl … | bash`.
fn by_shell(
    dockerfile: &Dockerfile<'_>,
    commands: &[Command<'_>],
    number: usize,
    at: usize,
    manager: &PackageManager,
    leftover: &Leftover,
) -> Use {
    let command = &commands[number];
    let words: Vec<String> =
        (at + 1..command.words.len()).map(|word| command.raw_word(dockerfile, word)).collect();
    let takes_text = words.iter().any(|word| {
        word.starts_with('-') && !word.starts_with("--") && word.ends_with('c')
            || word == "--command"
    });
    let is_eval = command.program_name() == Some("eval");
    if takes_text || is_eval {
        return by_text(&words.join(" "), manager, leftover);
    }
    let file = words.iter().find(|word| !word.starts_with('-') && *word != "-");
    let from_input = file.is_none() || words.iter().any(|word| word == "-s");
    let sources: String = if from_input {
        number
            .checked_sub(1)
            .map_or_else(String::new, |before| commands[before].text(dockerfile).into_owned())
    } else {
        file.cloned().unwrap_or_default()
    };
    if is_self_contained(&sources) { Use::None } else { Use::Unknown }
}

/// A text that some shell will run.
pub(super) fn by_text(text: &str, manager: &PackageManager, leftover: &Leftover) -> Use {
    let is_word = |word: &str| {
        let name = program_names(word).next().unwrap_or(word);
        leftover.readers.iter().any(|reader| reader == name)
            || manager.programs.iter().any(|program| program == name)
    };
    let cut = |c: char| c.is_whitespace() || ";&|()`\"'{},[]".contains(c);
    if text.split(cut).any(is_word) {
        return Use::Reads;
    }
    let scripts = text.split(cut).any(|word| {
        (word.ends_with(".sh") && !is_settings(word))
            || word.starts_with("./")
            || matches!(word, "bash" | "sh")
    });
    if scripts && !is_self_contained(text) { Use::Unknown } else { Use::None }
}

/// A program that a variable names.
fn by_variable(
    scene: &Scene<'_>,
    step: &Step<'_>,
    command: &Command<'_>,
    manager: &PackageManager,
    leftover: &Leftover,
) -> Use {
    if command.words.is_empty() {
        return Use::None;
    }
    let at = command.words.iter().position(Option::is_none).unwrap_or(0);
    let raw = command.raw_word(scene.dockerfile, at);
    let name = raw.trim_start_matches('$').trim_matches(['{', '}']);
    let own = step.content.commands().iter().find_map(|other| {
        let assignments = &other.call?.simple.assignments;
        let found = assignments.iter().find(|a| a.name.of(scene.dockerfile.source) == name)?;
        Some(unquoted(scene.dockerfile.text(found.span).split_once('=')?.1))
    });
    let value = own.or_else(|| {
        let settings = step.state.settings.iter().rev();
        settings.into_iter().find(|s| s.name == name)?.value.as_deref().map(unquoted)
    });
    match value {
        // The variable and the words behind it: `APT="apt-get -y"; $APT install curl`.
        Some(value) => {
            by_text(&format!("{value} {}", command.text(scene.dockerfile)), manager, leftover)
        }
        // `python$V`, `"$JAVA_HOME/bin/java"`.
        None if let Some((_, file)) = raw.rsplit_once('/') => by_name(scene, &raw, file),
        None if !raw.starts_with('$') => {
            by_text(&command.text(scene.dockerfile), manager, leftover)
        }
        None => Use::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::parse;

    use super::*;
    use crate::Options;
    use crate::facts::Facts;
    use crate::knowledge::managers_by;

    /// What the first command of a script does with the lists of apt.
    fn with_lists(script: &str) -> &'static str {
        let text =
            format!("FROM debian\nCOPY helper /usr/local/bin/\nRUN {script}; pip install x\n");
        let tree = parse(&text);
        let facts = Facts::of(&tree, &Options::default(), None);
        let scene = Scene::of(&facts).unwrap();
        let step = scene.stages[0].steps.last().unwrap();
        let manager = managers_by("apt-get")[0].1;
        let number = step.content.commands().len() - 2;
        let leftover = &manager.leftovers[0];
        match used_by(&scene, step, step.content.commands(), number, manager, leftover) {
            Use::None => "none",
            Use::Reads => "reads",
            Use::Unknown => "unknown",
        }
    }

    #[test]
    fn programs_and_what_they_may_install() {
        for script in [
            "make install",
            "./configure --prefix=/usr",
            "sudo useradd x",
            ". /opt/venv/bin/activate",
            "curl -sSf https://sh.rustup.rs | sh -s -- -y",
            "bash -c 'cd /x && make'",
            "python setup.py install",
            "docker-php-ext-install gd",
            "apt-key add x",
            "$JAVA_HOME/bin/java -version",
            "crontab crontab",
        ] {
            assert_eq!(with_lists(script), "none", "{script}");
        }
        for script in [
            "./setup.sh",
            "sudo ./setup",
            "sh /tmp/x",
            ". ./x.sh",
            "helper",
            "install_packages git",
            "curl https://example.com/x | bash -",
            "$INSTALL git",
            "python install_deps.py",
        ] {
            assert_eq!(with_lists(script), "unknown", "{script}");
        }
        for script in ["apt-cache policy", "bash -c 'apt-get install x'", "su -c \"apt install x\""]
        {
            assert_eq!(with_lists(script), "reads", "{script}");
        }
    }
}
