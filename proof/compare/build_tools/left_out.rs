//! Tools that an install leaves out, for nothing builds with them.

use dockslim_contract::{BuildContext, ContextEntry, ContextKind, Difference};

use super::headers::{Headers, headers_named};
use super::quiet::{is_quiet_line, loud_file};
use super::{Drop, TOOLS, Tool, is_bare, listed, tool_named};
use crate::compare::Comparison;
use crate::compare::bases::Uses;
use crate::compare::deployed;
use crate::compare::split::family_of;
use crate::program::{Action, Call, Step, visit};
use crate::shell::plain;

/// Packages that compilers bring, for dpkg-dev unpacks, patches and asks who signed.
const BROUGHT: &[&str] = &["bzip2", "gnupg", "patch", "perl", "xz-utils"];
/// What keeps files, users and settings of servers.
pub(super) const KEEP: &str = "[ a2dismod a2dissite a2enconf a2enmod a2ensite addgroup adduser cat chgrp chmod chown cp echo groupadd ln ls mkdir mv \
    printf rm rmdir sed set test touch true useradd usermod";
/// What serves, or runs sources of the project.
const SERVE: &str = "apache2-foreground apache2ctl apachectl caddy gunicorn lighttpd nginx node nodejs php puma python3 rackup redis-server \
    ruby uvicorn";
/// Ends of sources that are read here for what they start.
const READ: &str = "cfg cjs conf css csv env html htm ini js json jsx lock md mjs php properties py rb ru sh svg toml ts tsx txt xml yaml yml";
/// Ends of files that are no programs.
const DATA: &str =
    "avif db eot gif ico jpeg jpg mp3 mp4 ogg otf pdf png sqlite sqlite3 ttf webm webp woff woff2";
/// Texts that lead to libraries and files of the tools, or give a container another command.
const LEAD: &[&str] = &[
    "CDLL",
    "DependencyInstaller",
    "FFI",
    "Gem.install",
    "LD_PRELOAD",
    "LoadLibrary",
    "RubyInline",
    "bundler/inline",
    "cdll",
    "cffi",
    "dlopen",
    "docker exec",
    "docker run",
    "find_library",
    "kubectl exec",
    "lib/gcc",
    "linux-gnu",
    "loadlib",
    "mkmf",
    "usr/include",
];
/// Texts, in small letters, that lead to fonts, or to lists of services and protocols, which come along where apt brings what is recommended.
const LEAD_ALONG: &[&str] = &[
    "/protocols",
    "/services",
    "dejavu",
    "fontconfig",
    "fsockopen",
    "getaddrinfo",
    "getnameinfo",
    "getprotobyn",
    "getservby",
    "lookupservice",
    "share/fonts",
    "socket",
    "truetype",
];
/// The tools of which all is listed here that they recommend.
const RECOMMENDS_LISTED: &str =
    "build-essential cpp g++ gcc libc6-dev linux-libc-dev make pkg-config pkgconf";
/// Options of those who run a source behind which there is a text, or somebody who types.
const TYPED: &str = "--eval --interactive --print --run -a -e -i -p -r code pdb";
/// Who runs a source that it is given.
const RUN: &str = "node nodejs php python3 ruby";
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

/// What an install leaves out.
struct Fewer {
    tools: Vec<&'static Tool>,
    headers: Vec<&'static Headers>,
}

impl Fewer {
    fn names(&self) -> Vec<&'static str> {
        self.tools.iter().map(|tool| tool.name).collect()
    }
}

impl<'b, 't> Comparison<'b, 't> {
    /// Whether an install of apt is another one without some tools, in words.
    pub(in crate::compare) fn leaves_tools_out(
        &self,
        one: &Call<'t>,
        two: &Call<'t>,
    ) -> Option<String> {
        let fewer = fewer(one, two, self.stage_image(), self.brings_packages())?;
        self.may_go(two, &fewer)?;
        Some(format!("the install leaves {} out", fewer.names().join(", ")))
    }

    /// Whether nothing can need what an install leaves out, whose options these are.
    fn may_go(&self, call: &Call<'_>, fewer: &Fewer) -> Option<()> {
        let recommends = !call.words.iter().any(|word| word == "--no-install-recommends");
        let listed_here = |name: &str| {
            let bare = if name.starts_with("gcc-") { "gcc" } else { name };
            is(RECOMMENDS_LISTED, bare) || headers_named(name).is_some()
        };
        if recommends && !fewer.names().into_iter().all(listed_here)
            || !is_bare("apt", self.stage_image())
        {
            return None;
        }
        let context = self.context?;
        let mut small: Vec<&str> = vec!["ffi::"];
        let mut programs: Vec<&str> = Vec::new();
        small.extend(LEAD_ALONG.iter().filter(|_| recommends));
        for row in &fewer.headers {
            programs.extend(row.tool.programs);
            programs.extend(row.along.iter().filter(|_| recommends));
            small.extend(row.leads.iter().filter(|_| recommends));
        }
        let leads = |text: &str| {
            LEAD.iter().any(|sign| text.contains(sign))
                || small.iter().any(|sign| text.to_ascii_lowercase().contains(sign))
        };
        let stages = self.after.stages.iter().enumerate();
        let mut above = stages.filter(|(number, _)| self.stands_on(*number, self.stage));
        let procps = fewer.names().contains(&"cmake").then_some("procps");
        let brought: Vec<&str> = BROUGHT.iter().copied().chain(procps).collect();
        let needed = above.any(|(number, stage)| {
            let mut uses = Uses::of(stage).with_versions(stage, self.states);
            uses.follow(context);
            let mut odd = false;
            visit(&stage.steps, &mut |step| odd |= self.does_more(step, &leads));
            let [entrypoint, command, health] = stage.configuration.starts();
            let below = self.after.stages.iter().any(|other| other.parent == Some(number));
            let silent = below && entrypoint.is_none() && command.is_none();
            let set = format!("{:?}", stage.configuration.environment);
            odd || health.is_some()
                || writes_tool(&set)
                || !silent && !serves(entrypoint, command, context)
                || uses.compiler().is_some()
                || uses.unread
                || uses.unseen.is_some()
                || uses.installs.iter().any(|words| !self.pip_takes_wheels(self.stage, words))
                || !uses.installs.is_empty() && !fewer.headers.is_empty()
                || uses.lacks_of(&brought).is_some()
                || programs.iter().any(|program| uses.calls(program))
        });
        let odd = context.entries().any(|(path, entry)| is_odd(path, entry, context, &leads));
        let elsewhere = deployed::commands(context).is_empty();
        (!needed && !odd && elsewhere && loud_file(context).is_none()).then_some(())
    }

    /// Keeps in mind that an install leaves tools out: what stands behind it may need them.
    pub(in crate::compare) fn tools_were_left_out(
        &mut self,
        step: &'b Step<'t>,
        one: &Call<'t>,
        two: &Call<'t>,
    ) -> bool {
        let fewer = fewer(one, two, self.stage_image(), self.brings_packages());
        let Some(fewer) = fewer else { return false };
        self.drops.push(Drop { stage: self.stage, step, tools: fewer.tools });
        true
    }

    /// Whether an old step installs nothing but tools, and nothing can need them; `next` is where the new file goes on.
    pub(in crate::compare) fn leaves_install_out(
        &mut self,
        step: &'b Step<'t>,
        next: &'b Step<'t>,
    ) -> bool {
        let Action::Call(call) = &step.action else { return false };
        let names = listed(call, "apt");
        let bare = call.assignments.is_empty() && call.redirects.is_empty();
        let tools: Option<Vec<&'static Tool>> =
            names.iter().map(|name| tool_named("apt", (*name)?)).collect();
        let Some(tools) = tools.filter(|tools| !tools.is_empty() && bare) else { return false };
        let again = match &next.action {
            Action::Call(next) => listed(next, "apt").iter().any(|name| names.contains(name)),
            _ => false,
        };
        let fewer = Fewer { tools, headers: Vec::new() };
        if again || self.brings_packages() || self.may_go(call, &fewer).is_none() {
            return false;
        }
        let message = format!("{} is not installed", fewer.names().join(", "));
        self.accept(Difference::BuildTools, Some(step.at), next.at, message);
        self.drops.push(Drop { stage: self.stage, step: next, tools: fewer.tools });
        true
    }

    /// Whether a stage installs packages of a language, which may look for libraries.
    fn brings_packages(&self) -> bool {
        self.after.stages.iter().any(|stage| !Uses::of(stage).installs.is_empty())
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

    /// Whether this names a file of the build context that can be read.
    fn runs_own(&self, word: Option<&&str>) -> bool {
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let (Some(context), Some(word)) = (self.context, word) else { return false };
        let own = |path: &str| name(path) == name(word) && context.text(path).is_some();
        !word.starts_with('-') && context.entries().any(|(path, _)| own(path))
    }

    /// Whether a step does more than to install, to bring files of the context or pages, and to keep files.
    fn does_more(&self, step: &Step<'_>, leads: &dyn Fn(&str) -> bool) -> bool {
        match &step.action {
            Action::Copy(copy) => {
                let pages = PAGES.iter().any(|folder| copy.destination.starts_with(folder))
                    && !self.installs_languages();
                copy.from.is_some() && !pages
                    || !copy.documents.is_empty()
                    || copy.sources.iter().any(|one| one.contains("://"))
            }
            Action::Call(call) => {
                let words: Vec<&str> =
                    call.words.iter().map(|word| plain(word).unwrap_or("$")).collect();
                let of_python = |name: &str| {
                    words.iter().any(|word| word.strip_prefix("python3-") == Some(name))
                };
                let compiles = words.iter().any(|word| COMPILE.iter().any(|it| word.contains(it)))
                    || family_of(of_python).is_some();
                let texts = call.words.iter().chain(&call.redirects);
                let texts: Vec<&str> = texts.map(|word| &**word).collect();
                let leads = texts.iter().any(|word| leads(word));
                let leads = leads || texts.iter().any(|word| word.contains('\n'));
                let fits = match words.first() {
                    Some(&("apt-get" | "apt")) => words
                        .iter()
                        .any(|word| matches!(*word, "install" | "update" | "clean" | "autoclean")),
                    Some(name) if is(KEEP, name) => {
                        let lax = *name == "rm" && words.iter().any(|word| word.starts_with('-'));
                        !texts.iter().any(|text| writes_tool(text) || !lax && is_packaged(text))
                    }
                    Some(name) if is(RUN, name) && self.runs_own(words.get(1)) => true,
                    Some(_) => {
                        let own = words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
                        self.pip_takes_wheels(self.stage, &own)
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

pub(super) fn is(list: &str, name: &str) -> bool {
    list.split_whitespace().any(|one| one == name)
}

/// Whether a path lies in a folder of packages.
pub(super) fn is_packaged(path: &str) -> bool {
    let path = path.trim_start_matches(['"', '\'']);
    let own = ["/usr/local", "/usr/share/nginx", "/usr/src"];
    let packages = ["/usr", "/lib", "/bin", "/sbin", "/etc/perl", "/*", "/var/lib/dpkg"];
    packages.iter().any(|folder| path.starts_with(folder))
        && own.iter().all(|folder| !path.starts_with(folder))
}

/// Whether a text has the name of a tool as a word.
pub(super) fn writes_tool(text: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
    let mut words = text.split(|c| !part(c));
    words.any(|word| TOOLS.iter().any(|tool| tool.programs.contains(&word)))
}

/// Whether a container serves, or runs a script of the project that starts what it says itself.
fn serves(entrypoint: Option<&str>, command: Option<&str>, context: &BuildContext) -> bool {
    let cut = |c: char| c.is_whitespace() || "[]\",".contains(c);
    let own = |text: &'_ str| text.strip_prefix("by default ").unwrap_or(text).to_owned();
    let (entrypoint, command) = (entrypoint.map(own), command.map(own));
    let (entrypoint, command) = (entrypoint.as_deref(), command.as_deref());
    let in_list = entrypoint.is_none_or(|text| text.starts_with('[') && text.ends_with(']'));
    if !in_list && command.is_some_and(|text| !text.is_empty()) {
        return false;
    }
    let texts = [entrypoint, command].into_iter().flatten();
    let words = texts.flat_map(|text| text.split(cut)).filter(|word| !word.is_empty());
    runs_known(&words.collect::<Vec<_>>(), context)
}

fn runs_known(words: &[&str], context: &BuildContext) -> bool {
    let first = words.iter().position(|word| {
        let name = word.rsplit('/').next().unwrap_or(word);
        !is("exec tini dumb-init -- sh -c bin", name)
    });
    let Some(first) = first else { return false };
    let (word, rest) = (words[first], &words[first + 1..]);
    if is_running(&words[first..], context) {
        return true;
    }
    let Some(text) = text_of(word, context).filter(|_| word.contains('/')) else { return false };
    if !text.lines().all(|line| is_quiet_line(line.trim(), context)) {
        return false;
    }
    let ends = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    let ends: Vec<&str> = ends.split_whitespace().map(|word| word.trim_matches('"')).collect();
    if ends == ["exec", "$@"] { is_running(rest, context) } else { is_running(&ends, context) }
}

/// Whether words start what serves, or a source that can be read.
pub(super) fn is_running(words: &[&str], context: &BuildContext) -> bool {
    const PEOPLE: &str =
        "bpython console debug inspect ipython irb jupyter pry psysh ptpython repl shell tinker";
    let words = words.strip_prefix(&["exec"]).unwrap_or(words);
    let Some((program, rest)) = words.split_first() else { return false };
    let program = program.rsplit('/').next().unwrap_or(program);
    let small: Vec<String> = rest.iter().map(|word| word.to_ascii_lowercase()).collect();
    // What stands behind a source is told to the source.
    let source = rest.first().is_some_and(|word| !word.starts_with('-'))
        && text_of(rest[0], context).is_some()
        && is(RUN, program);
    let told = |word: &str| source && word.starts_with('-');
    let variable = |word: &str| word.contains(['$', '\u{2}', '\u{3}']);
    let typed = rest.iter().any(|word| is(TYPED, word) && !told(word) || variable(word))
        || PEOPLE.split_whitespace().any(|part| small.iter().any(|word| word.contains(part)));
    if typed || !is(SERVE, program) {
        return false;
    }
    let file = rest.iter().find(|word| !word.starts_with('-'));
    let by_option = rest.iter().any(|word| word.starts_with("-m") || word.starts_with("-c"));
    !is(RUN, program)
        || program == "php" && rest.first() == Some(&"-S")
        || source
        || !by_option && file.is_some_and(|word| text_of(word, context).is_some())
}

/// The text of a file of the context with the name of this one.
fn text_of<'c>(word: &str, context: &'c BuildContext) -> Option<&'c str> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let (path, _) = context.entries().find(|(path, _)| name(path) == name(word))?;
    context.text(path)
}

/// Whether a file of the context may need the tools: machine code, a language that is not read here, a text that leads to them.
fn is_odd(
    path: &str,
    entry: &ContextEntry,
    context: &BuildContext,
    leads: &dyn Fn(&str) -> bool,
) -> bool {
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
        || leads(text)
        || is_of_compose(name)
            && ["command:", "entrypoint:", "test:"].iter().any(|key| text.contains(key))
}

fn is_of_compose(name: &str) -> bool {
    name.contains("compose") && (name.ends_with(".yml") || name.ends_with(".yaml"))
}

/// What only the first one of two installs of apt names, where all else is the same and something is left; the second one names what stays of
/// headers, and the libraries that are `linked`.
fn fewer(one: &Call<'_>, two: &Call<'_>, image: &str, linked: bool) -> Option<Fewer> {
    if !matches!(&**one.words.first()?, "apt" | "apt-get") {
        return None;
    }
    let verb = one.words.iter().position(|word| *word == "install")?;
    if one.words.get(..=verb) != two.words.get(..=verb) {
        return None;
    }
    let (mut tools, mut headers) = (Vec::new(), Vec::new());
    let mut joined: Vec<&str> = Vec::new();
    let mut rest = two.words[verb + 1..].iter().peekable();
    for (at, word) in one.words.iter().enumerate().skip(verb + 1) {
        // What joins stands where the first of those stood that go.
        while let Some(next) = rest.peek().filter(|next| !one.words.contains(next)) {
            joined.push(plain(next)?);
            rest.next();
        }
        if rest.peek() == Some(&word) {
            rest.next();
            continue;
        }
        let behind_option = one.words[at - 1].starts_with("-o") || one.words[at - 1] == "-t";
        let whole = plain(word)?;
        let name = whole.split(['=', '~', '/', ':', '@', '<', '>']).next()?;
        if behind_option {
            return None;
        }
        match headers_named(whole) {
            Some(row) => {
                headers.push(row);
                tools.push(&row.tool);
            }
            None => tools.push(tool_named("apt", name)?),
        }
    }
    joined.extend(rest.map(|word| plain(word).unwrap_or_default()));
    let left = listed(two, "apt");
    let mut staying = Vec::new();
    for row in &headers {
        staying.extend(row.stays(image)?);
    }
    staying.extend(tools.iter().flat_map(|tool| tool.run_time("apt")).filter(|_| linked));
    let all_stay = staying.iter().all(|name| left.contains(&Some(*name)));
    let all_known = joined.iter().all(|name| staying.contains(name));
    let known = left.iter().all(Option::is_some) && !left.is_empty();
    let compiler = tools.iter().any(|tool| !headers.iter().any(|row| row.tool.name == tool.name));
    (known && compiler && all_stay && all_known).then_some(Fewer { tools, headers })
}
