//! Tools of the system that scripts call in front of a compiled program: which images have them, and by what git works.
//!
//! Sources: docker-library/buildpack-deps, and golang, rust, gcc and openjdk, which stand on it; adoptium/containers; git, "git help -a".

use super::super::bases::{Kind, official, suite};
use super::super::runtime::Runtime;
use crate::program::{Action, visit};

/// What buildpack-deps:scm and :curl bring into folders of programs.
const OF_SCM: &str = " curl free git gpg openssl pgrep pkill ps scp sftp ssh ssh-add ssh-agent ssh-keygen ssh-keyscan top uptime vmstat watch wget ";
/// The same of the whole of buildpack-deps.
const OF_WHOLE: &str = " bunzip2 bzcat bzip2 file unxz unzip xz xzcat ";
/// The same of openjdk beside what version control needs.
const OF_OPENJDK: &str = " bunzip2 bzcat bzip2 unxz unzip xz xzcat ";

/// Commands that git does itself, or with the client of SSH.
const BY_ITSELF: &str = " --version add branch checkout clean clone describe diff fetch init log ls-files ls-remote pull remote reset rev-list rev-parse show status switch version ";
const BY_SSH: &str = " clone fetch ls-remote pull remote ";

/// Whether an image has a program that no step of it installs.
pub(super) fn of_image(image: &str, program: &str) -> bool {
    let official = official(image);
    let (name, tag) = official.split_once(':').unwrap_or((official, "latest"));
    let listed = |list: &str| list.contains(&format!(" {program} "));
    let other = ["alpine", "curl", "nanoserver", "oracle", "scm", "slim", "windowsservercore"];
    let small = other.iter().any(|part| tag.contains(part));
    let on_debian = || ["buster", "bullseye", "bookworm"].iter().any(|one| tag.contains(one));
    let rebuilt = ["alpine", "centos", "corretto", "graal", "ubi", "server"];
    let of_temurin = name == "eclipse-temurin" || tag.contains("-eclipse-temurin");
    match name {
        "golang" => !small && listed(OF_SCM),
        "rust" | "gcc" | "buildpack-deps" => !small && (listed(OF_SCM) || listed(OF_WHOLE)),
        "openjdk" => {
            let debian = on_debian() || suite(image).is_some();
            !small && debian && (listed(OF_SCM) || listed(OF_OPENJDK))
        }
        "eclipse-temurin" | "maven" if of_temurin => {
            program == "curl" && !rebuilt.iter().any(|part| tag.contains(part))
        }
        _ => false,
    }
}

impl Runtime<'_, '_> {
    /// Whether git, which a script calls in these words, finds in the new base what it works by and looks at.
    pub(super) fn git_of_script(&self, words: &[String], kind: Kind) -> Result<(), String> {
        let (first, rest) = words.split_first().ok_or("a script calls nothing")?;
        if first.rsplit('/').next() != Some("git") || kind == Kind::Same {
            return Ok(());
        }
        let lost = |what: &str| Err(format!("a script calls `git`, {what}"));
        let history = |(path, _): (&str, _)| path.starts_with(".git/");
        if self.context.is_none_or(|context| context.entries().any(history)) {
            return lost("and the history of the project is gone");
        }
        let mut left = rest;
        while let ["-C", _, more @ ..] =
            left.iter().map(String::as_str).collect::<Vec<_>>().as_slice()
        {
            left = &left[left.len() - more.len()..];
        }
        let mut names = self.new.configuration.environment.keys();
        let mut files = self.context.into_iter().flat_map(|context| context.entries());
        let settings = [".ssh/", "gitconfig", "ssh_config"];
        if names.any(|name| name.starts_with("GIT_") || ["EDITOR", "PAGER"].contains(&&**name))
            || files.any(|(path, _)| settings.iter().any(|one| path.contains(one)))
        {
            return lost("whose settings may name other programs");
        }
        let verb = left.first().map_or("--version", String::as_str);
        let odd = |word: &String| {
            let option = ["-S", "-s", "-c", "-u"].iter().any(|one| word.starts_with(one));
            let long = ["--config", "--template", "--upload-pack", "--gpg"];
            option
                || long.iter().any(|one| word.starts_with(one))
                || word.contains(['!'])
                || word.contains("::")
                || word.contains("gpg")
        };
        if !BY_ITSELF.contains(&format!(" {verb} ")) || rest.iter().any(odd) {
            return lost("which may call what no package brings");
        }
        let installed = |steps: &[crate::program::Step<'_>], package: &str| {
            let mut found = false;
            visit(steps, &mut |step| {
                let Action::Call(call) = &step.action else { return };
                let manages =
                    call.words.first().is_some_and(|word| word == "apt-get" || word == "apt");
                found |= manages && call.words.iter().any(|word| word == package);
            });
            found
        };
        let had =
            !installed(&self.old.steps, "git") || installed(&self.old.steps, "openssh-client");
        let speaks = BY_SSH.contains(&format!(" {verb} "));
        if speaks && had && !installed(&self.new.steps, "openssh-client") {
            return lost("and nothing brings `ssh`, by which it asks others");
        }
        Ok(())
    }
}
