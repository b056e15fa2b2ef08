//! Tools that an install leaves out, for nothing builds with them.

use dockslim_contract::{BuildContext, ContextEntry, ContextKind};

use super::{Drop, Tool, is_bare, listed, tool_named};
use crate::compare::Comparison;
use crate::compare::bases::Uses;
use crate::program::{Action, Call, Step, visit};
use crate::shell::plain;

/// Packages that compilers bring, for dpkg-dev unpacks, patches and asks who signed.
const BROUGHT: &[&str] = &["bzip2", "gnupg", "patch", "perl", "xz-utils"];
/// What keeps files, users and settings of servers.
const KEEP: &str = "[ a2dismod a2dissite a2enconf a2enmod a2ensite addgroup adduser cat chgrp chmod chown cp echo groupadd ln ls mkdir mv \
    printf rm rmdir sed set test touch true useradd usermod";
/// What serves, or runs sources of the project.
const SERVE: &str = "apache2-foreground apache2ctl apachectl caddy gunicorn lighttpd nginx node nodejs php puma python3 rackup redis-server \
    ruby uvicorn";
/// Ends of sources that are read here for what they start.
const READ: &str = "cjs conf css env html htm ini js json jsx lock md mjs php py rb sh toml ts tsx txt xml yaml yml";
/// Ends of files that are no programs.
const DATA: &str = "avif db eot gif gz ico jpeg jpg mp3 mp4 ogg otf pdf png sqlite sqlite3 svg ttf webm webp woff woff2 zip csv";
/// Texts that lead to libraries and files of the tools, or give a container another command.
const LEAD: &[&str] = &[
    "CDLL",
    "FFI",
    "LoadLibrary",
    "cdll",
    "cffi",
    "dlopen",
    "docker exec",
    "docker run",
    "find_library",
    "kubectl exec",
    "lib/gcc",
    "linux-gnu-",
    "loadlib",
    "usr/include",
];
/// Packages that compile, or that people work with.
const COMPILE: &[&str] = &[
    "ansible",
    "ccache",
    "cffi",
    "cython",
    "distcc",
    "gcovr",
    "inline",
    "jenkins",
    "numba",
    "openssh-server",
    "theano",
];
/// Where servers only read pages.
const PAGES: &[&str] = &["/usr/share/nginx/html", "/var/www"];

impl<'b, 't> Comparison<'b, 't> {
    /// Whether an install of apt or apk is another one without some tools, in words.
    pub(in crate::compare) fn leaves_tools_out(
        &self,
        one: &Call<'t>,
        two: &Call<'t>,
    ) -> Option<String> {
        let (program, tools) = fewer(one, two)?;
        let alone = two.words.iter().any(|word| word == "--no-install-recommends");
        if program != "apt" || !alone || !is_bare(program, self.stage_image()) {
            return None;
        }
        let context = self.context?;
        let stages = self.after.stages.iter().enumerate();
        let mut above = stages.filter(|(number, _)| self.stands_on(*number, self.stage));
        let procps = tools.iter().any(|tool| tool.name == "cmake").then_some("procps");
        let brought: Vec<&str> = BROUGHT.iter().copied().chain(procps).collect();
        let needed = above.any(|(_, stage)| {
            let mut uses = Uses::of(stage).with_versions(stage, self.states);
            uses.follow(context);
            let mut odd = false;
            visit(&stage.steps, &mut |step| odd |= self.does_more(step));
            let [entrypoint, command, _] = stage.configuration.starts();
            let mut starts = [entrypoint, command].into_iter().flatten();
            odd || !starts.all(|start| serves(start, context))
                || uses.compiler().is_some()
                || uses.unread
                || uses.unseen.is_some()
                || uses.installs.iter().any(|words| !self.pip_takes_wheels(self.stage, words))
                || uses.lacks_of(&brought).is_some()
        });
        if needed || context.entries().any(|(path, entry)| is_odd(path, entry, context)) {
            return None;
        }
        let names: Vec<&str> = tools.iter().map(|tool| tool.name).collect();
        Some(format!("the install leaves {} out", names.join(", ")))
    }

    /// Keeps in mind that an install leaves tools out: what stands behind it may need them.
    pub(in crate::compare) fn tools_were_left_out(
        &mut self,
        step: &'b Step<'t>,
        one: &Call<'t>,
        two: &Call<'t>,
    ) -> bool {
        let Some((_, tools)) = fewer(one, two) else { return false };
        self.drops.push(Drop { stage: self.stage, step, tools });
        true
    }

    /// Whether a server may run what lies among its pages.
    fn installs_languages(&self) -> bool {
        let mut found = false;
        visit(&self.after.stages[self.stage].steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                let languages = ["cgi", "mod-", "node", "perl", "php", "python", "ruby"];
                let named = |word: &str| languages.iter().any(|it| word.contains(it));
                found |= listed(call, "apt").iter().flatten().any(|name| named(name));
            }
        });
        found
    }

    /// Whether a step does more than to install, to bring files of the context or pages, and to keep files.
    fn does_more(&self, step: &Step<'_>) -> bool {
        match &step.action {
            Action::Copy(copy) => {
                let pages = PAGES.iter().any(|folder| copy.destination.starts_with(folder))
                    && !self.installs_languages();
                copy.from.is_some() && !pages || copy.sources.iter().any(|one| one.contains("://"))
            }
            Action::Call(call) => {
                let words: Vec<&str> =
                    call.words.iter().map(|word| plain(word).unwrap_or("$")).collect();
                let compiles = words.iter().any(|word| COMPILE.iter().any(|it| word.contains(it)));
                let texts = call.words.iter().chain(&call.redirects);
                let leads = texts.into_iter().any(|word| LEAD.iter().any(|it| word.contains(it)));
                let fits = match words.first() {
                    Some(&("apt-get" | "apt")) => words
                        .iter()
                        .any(|word| matches!(*word, "install" | "update" | "clean" | "autoclean")),
                    Some(name) => {
                        let own = words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
                        is(KEEP, name) || self.pip_takes_wheels(self.stage, &own)
                    }
                    None => true,
                };
                compiles || leads || !fits || !call.inner.is_empty()
            }
            Action::Opaque(..) | Action::Exec(..) | Action::Unread(_) => true,
            _ => false,
        }
    }
}

fn is(list: &str, name: &str) -> bool {
    list.split_whitespace().any(|one| one == name)
}

/// Whether a container that starts this serves, or runs a script of the project that starts what it says itself.
fn serves(start: &str, context: &BuildContext) -> bool {
    let cut = |c: char| c.is_whitespace() || "[]\",".contains(c);
    let mut words = start.split(cut).filter(|word| !word.is_empty());
    let last = |word: &&str| {
        let name = word.rsplit('/').next().unwrap_or(word);
        !matches!(name, "exec" | "tini" | "dumb-init" | "--" | "sh" | "-c" | "bin")
    };
    let Some(word) = words.find(|word| last(word)) else { return false };
    let name = word.rsplit('/').next().unwrap_or(word);
    let own = |path: &str| path.rsplit('/').next() == Some(name);
    let script = context.entries().find(|(path, _)| word.contains('/') && own(path));
    let text = script.and_then(|(path, _)| context.text(path));
    let closed = |text: &str| !["$@", "$*", "$1"].iter().any(|sign| text.contains(sign));
    let prompt = is("node nodejs php python3 ruby", name) && words.next().is_none();
    !prompt && is(SERVE, name) || text.is_some_and(closed)
}

/// Whether a file of the context may need the tools: machine code, a language that is not read here, a text that leads to them.
fn is_odd(path: &str, entry: &ContextEntry, context: &BuildContext) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    if entry.kind != ContextKind::File || is(DATA, &ending) || name.starts_with("Dockerfile") {
        return false;
    }
    let Some(text) = context.text(path) else { return true };
    let bare = !name.contains('.') || name.starts_with('.');
    let line = text.lines().next().unwrap_or_default();
    let program = line.split(['/', ' ']).next_back().unwrap_or_default();
    let other = line.starts_with("#!") && !is("sh bash node php python3 ruby", program);
    path.contains(".devcontainer")
        || other
        || !bare && !is(READ, &ending)
        || LEAD.iter().any(|sign| text.contains(sign))
}

/// The manager of two installs and the tools that only the first one names, where all else is the same and something is left.
fn fewer(one: &Call<'_>, two: &Call<'_>) -> Option<(&'static str, Vec<&'static Tool>)> {
    let program = match &**one.words.first()? {
        "apk" => "apk",
        "apt" | "apt-get" => "apt",
        _ => return None,
    };
    let mut rest = two.words.iter().peekable();
    let mut tools = Vec::new();
    for (at, word) in one.words.iter().enumerate() {
        if rest.peek() == Some(&word) {
            rest.next();
            continue;
        }
        let behind_option = one.words[..at].last().is_none_or(|word| word.starts_with("-o"));
        let name = plain(word)?.split(['=', '~', '/', ':', '@', '<', '>']).next()?;
        tools.push(tool_named(program, name).filter(|_| !behind_option)?);
    }
    let left = listed(two, program);
    let known = left.iter().all(Option::is_some) && !left.is_empty();
    (rest.next().is_none() && !tools.is_empty() && known).then_some((program, tools))
}
