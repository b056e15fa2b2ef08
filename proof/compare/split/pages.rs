//! Pages that a program has written, behind a web server of the distribution: what writes them may be missed, what the server is told of is
//! there.
//!
//! Sources: the pages of the command line of mkdocs, sphinx-build, pelican, hugo, jekyll, zola, mdbook, lektor, pandoc and asciidoctor; the manual
//! of nginx, "Alphabetical index of directives"; the file lists of Debian's packages of nginx.

use super::bases::{self, Kind, official};
use super::packages::installed;
use super::runtime::{Place, Runtime};
use super::started::commands;
use super::written::{COMPILERS, LEAVES_NOTHING};
use crate::compare::folders::is_within;
use crate::compare::words::describe;
use crate::program::{Action, Call, Demand, Step, Text, visit};
use crate::shell::{Command, plain, readable};

/// Where the settings of the server lie.
const SETTINGS: &str = "/etc/nginx";
/// Folders that its packages, or each system, have.
const THERE: &[&str] = &[
    "/dev",
    "/etc/nginx",
    "/run",
    "/tmp",
    "/usr/share/nginx",
    "/var/lib/nginx",
    "/var/log",
    "/var/run",
];
/// Where the server reads by itself.
const READ: &[&str] = &["/etc", "/run", "/usr/share/nginx", "/var"];
/// The pages of the distribution itself.
const PAGES: &str = "/var/www/html";

/// Directives that name addresses, patterns or texts.
const NO_FILES: &str = " add_after_body add_before_body add_header allow auth_basic auth_request charset default_type deny error_page expires \
    fastcgi_param fastcgi_pass if index listen location log_format proxy_cookie_path proxy_pass proxy_redirect proxy_set_header return \
    rewrite server server_name set sub_filter try_files uwsgi_pass valid_referers ";
/// Blocks whose lines are no directives.
const OF_LINES: &str = " charset_map geo map split_clients types ";
/// Users of each Debian whom the server may be told to run as.
const USERS: &[&str] = &["daemon", "nobody", "nogroup", "root", "www-data"];

/// Programs that write pages, with the options that say where to.
const WRITERS: &[(&str, &[&str])] = &[
    ("asciidoctor", &["-D", "--destination-dir", "-o", "--out-file"]),
    ("hugo", &["-d", "--destination"]),
    ("jekyll", &["-d", "--destination"]),
    ("lektor", &["-O", "--output-path"]),
    ("mdbook", &["-d", "--dest-dir"]),
    ("mkdocs", &["-d", "--site-dir"]),
    ("nikola", &[]),
    ("pandoc", &["-o", "--output"]),
    ("pelican", &["-o", "--output"]),
    ("sphinx-build", &[]),
    ("zola", &["-o", "--output-dir"]),
];
/// Package managers of languages, which bring what writes pages.
const BRING: &[&str] =
    &["bundle", "bundler", "gem", "npm", "npx", "pip", "pip3", "pipenv", "poetry", "uv", "yarn"];
/// Options of sphinx-build that take a word.
const OF_SPHINX: &str = " -A -D -M -b -c -d -j -t -w ";
/// What a script may do that nobody sees.
const UNSEEN: &[&str] = &[
    "/etc",
    "/var/lib",
    "chdir",
    "subprocess",
    "os.system",
    "open(\"|",
    "popen",
    "Popen",
    "system(",
    "`",
];

impl<'t> Runtime<'_, 't> {
    /// Whether the container is a web server, and the image that builds none of Node.
    pub(super) fn serves_pages(&self) -> bool {
        self.serves_files() && official(&self.old.image).split(':').next() != Some("node")
    }

    /// What is missing of what such a server serves.
    pub(super) fn pages_are_there(&self, kind: Kind, places: &[Place]) -> Result<(), String> {
        let same = match kind {
            Kind::Debian(own) => bases::suite(&self.old.image) == Some(own),
            Kind::Same => self.is_distribution(),
            _ => false,
        };
        if !same {
            return Err(format!("{} has another web server", self.new.base));
        }
        for start in &self.new.configuration.starts()[..2] {
            for words in start.iter().flat_map(|start| commands(start)) {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let foreground = ["daemon off;", "daemon off"];
                match words.as_slice() {
                    ["nginx"] | ["nginx", "-g", "daemon", "off"] => {}
                    ["nginx", "-g", text] if foreground.contains(text) => {}
                    _ => return Err("the web server is told more by its command".to_owned()),
                }
            }
        }
        let (old, new) = (installed(&self.old.steps), installed(&self.new.steps));
        let of_server = |name: &&String| {
            name.starts_with("nginx")
                || name.starts_with("libnginx-mod-")
                || ["ca-certificates", "tzdata"].contains(&name.as_str())
        };
        if let Some(name) = old.iter().filter(of_server).find(|name| !new.contains(*name)) {
            return Err(format!("the package {name} is missing, which the web server may need"));
        }
        let mut problem = None;
        visit(&self.old.steps, &mut |step| {
            if problem.is_none() {
                problem = self.left_behind(step, places);
            }
        });
        problem.map_or(Ok(()), Err)?;
        if let Some(folder) = self.named_by_build(places) {
            return Err(format!("nothing brings `{folder}`, which a file of the build names"));
        }
        for text in self.texts_of_server()? {
            self.is_served(&text, places)?;
        }
        Ok(())
    }

    /// A folder of the server's own that a file of the build names, and nothing brings.
    fn named_by_build(&self, places: &[Place]) -> Option<&'static str> {
        let context = self.context?;
        let mut lost = [PAGES, "/usr/share/nginx"].into_iter();
        lost.find(|folder| {
            let named = context.entries().any(|(path, _)| {
                let name = path.rsplit('/').next().unwrap_or(path);
                let people = [".conf", ".html", ".md", ".rst", ".txt"];
                let people = people.iter().any(|end| name.ends_with(end));
                let other = path.contains("nginx") || path.starts_with(".git");
                !people
                    && !other
                    && !name.starts_with("Dockerfile")
                    && context.text(path).is_some_and(|text| text.contains(folder))
            });
            named && !self.covered(places, folder)
        })
    }

    /// Whether the rules of a call of make are those of the build context, and speak of no settings of the system.
    fn has_rules(&self, words: &[String], call: &Call<'t>) -> bool {
        let told = |word: &String| ["install", "-f", "--"].iter().any(|it| word.starts_with(it));
        let at = words.iter().position(|word| word == "-C");
        let folder = at.and_then(|at| words.get(at + 1)).map_or(".", String::as_str);
        let Some(folder) = self.path(folder, call).filter(|_| !words.iter().any(told)) else {
            return false;
        };
        let names = ["GNUmakefile", "makefile", "Makefile"];
        let rules = names.iter().find_map(|name| self.text_at(&format!("{folder}/{name}")));
        rules.is_some_and(|text| !text.contains("/etc"))
    }

    /// Whether a path needs no copy: it lies in the project, whose build alone reads it, or where nothing stays.
    fn is_passing(&self, path: &str) -> bool {
        let project = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let scratch = ["/tmp", "/var/tmp", "/var/cache", "/var/lib/apt", "/root"];
        // A folder of a system is no project.
        let own = !project.is_empty()
            && !READ.iter().any(|folder| is_within(&project, folder))
            && !["/home", "/opt", "/root", "/srv", "/usr", "/usr/local", "/usr/src"]
                .contains(&&*project);
        own && is_within(path, &project) || scratch.iter().any(|folder| is_within(path, folder))
    }

    /// What a step leaves that is neither copied nor known to be of no use to the server.
    fn left_behind(&self, step: &Step<'t>, places: &[Place]) -> Option<String> {
        let lost = |path: &str| {
            let there = self.covered(places, path)
                || self.leads(places, path)
                || self.is_gone(path)
                || self.is_passing(path);
            (!there).then(|| format!("nothing brings `{path}`, which {} writes", describe(step)))
        };
        let call = match &step.action {
            Action::Copy(copy) => {
                let target = self.folder(&copy.destination)?;
                let into = copy.destination.ends_with('/') || copy.sources.len() > 1;
                let whole = self.whole(step).filter(|_| copy.from.is_none());
                let targets: Vec<String> = match whole {
                    Some(whole) => whole.brings().iter().map(|one| one.target.clone()).collect(),
                    None if into => {
                        let name = |source: &str| {
                            let source = source.trim_end_matches('/');
                            source.rsplit('/').next().unwrap_or_default().to_owned()
                        };
                        let names = copy.sources.iter().map(|source| name(source));
                        names.map(|name| format!("{target}/{name}")).collect()
                    }
                    None => vec![target],
                };
                // What lies elsewhere is read where the settings name it.
                let unread = |path: &String| {
                    READ.iter().any(|folder| is_within(path, folder))
                        && !self.covered(places, path)
                        && !self.is_gone(path)
                        && !self.is_passing(path)
                };
                return targets
                    .into_iter()
                    .find(unread)
                    .map(|path| format!("nothing brings `{path}`, which the web server may read"));
            }
            Action::Call(call) => call,
            _ => return None,
        };
        let command = Command::of(&call.words);
        let program = command.program();
        let unknown = || Some(format!("what {} leaves is not known", describe(step)));
        for text in &call.redirects {
            let Some((_, target)) = text.rsplit_once('>') else { continue };
            let target = target.trim_start_matches(['&', '|']).trim();
            if target.starts_with("/dev/")
                || target.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
            {
                continue;
            }
            match self.path(target, call) {
                Some(path) => {
                    if let Some(lost) = lost(&path) {
                        return Some(lost);
                    }
                }
                None => return unknown(),
            }
        }
        let words: Option<Vec<String>> =
            call.words.iter().map(|word| self.meant(word, call)).collect();
        let operands = || -> Option<Vec<String>> {
            let words = command.words.iter().skip(1).map(|word| word.as_deref());
            let words = words.filter(|word| word.is_none_or(|word| !word.starts_with('-')));
            words.map(|word| self.path(word?, call)).collect()
        };
        match program {
            "mkdir" | "touch" | "tee" | "cp" | "mv" | "ln" | "install" => {
                let Some(operands) = operands() else { return unknown() };
                let last = operands.len().saturating_sub(1);
                let all = ["mkdir", "touch", "tee"].contains(&program);
                let written = &operands[if all { 0 } else { last }..];
                let problem = written.iter().find_map(|path| lost(path));
                problem.filter(|_| {
                    let makes = super::as_it_is::is_maker(call) && self.calls_again(call);
                    !makes
                })
            }
            "git" if call.words.iter().any(|word| word == "clone") => {
                let Some(last) = call.words.last().and_then(|word| self.meant(word, call)) else {
                    return unknown();
                };
                // By itself it makes a folder of the name of what it fetches.
                let bare = last.trim_end_matches('/').trim_end_matches(".git");
                let away = last.contains("://") || last.contains('@');
                let name = if away { bare.rsplit('/').next().unwrap_or(bare) } else { &*last };
                let Some(place) = self.path(name, call) else { return unknown() };
                let read = READ.iter().any(|folder| is_within(&place, folder));
                if read { lost(&place) } else { None }
            }
            "chown" | "chgrp" => {
                let Some(operands) = operands() else { return unknown() };
                operands.iter().skip(1).find_map(|path| lost(path))
            }
            "sed" if call.words.iter().any(|word| word.starts_with("-i")) => {
                let path = call.words.last().and_then(|word| self.path(word, call));
                path.map_or_else(unknown, |path| lost(&path))
            }
            _ => {
                let quiet = LEAVES_NOTHING.contains(&program);
                // It may write beside itself.
                let here = self.folder(&self.states.seen(call.state).directory).unwrap_or_default();
                let reads = READ.iter().any(|folder| is_within(&here, folder));
                if reads && !quiet && !self.covered(places, &here) && !self.is_gone(&here) {
                    return lost(&here).or_else(unknown);
                }
                let Some(words) = words else { return if quiet { None } else { unknown() } };
                let must = step.demand == Demand::Must;
                match self.written_by(&words, call).filter(|_| must) {
                    Some(paths) => paths.iter().find_map(|path| lost(path)),
                    None if quiet || COMPILERS.contains(&program) => {
                        let of_rules = ["cmake", "gmake", "make", "meson", "ninja"];
                        let unread = of_rules.contains(&program) && !self.has_rules(&words, call);
                        if unread && !reads { unknown() } else { None }
                    }
                    None if BRING.contains(&program) => None,
                    None => unknown(),
                }
            }
        }
    }

    /// Where a program writes its pages; `None` if a call is none of one that is known.
    fn written_by(&self, words: &[String], call: &Call<'t>) -> Option<Vec<String>> {
        let base = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
        let name = |word: &String| match base(word).as_str() {
            "sphinx" => "sphinx-build".to_owned(),
            other => other.to_owned(),
        };
        let first = base(words.first()?);
        let python = first.starts_with("python") || first == "ruby";
        if let (true, Some(script)) = (python, words.get(1).filter(|word| !word.starts_with('-'))) {
            return self.written_by_script(script, &words[2..], call);
        }
        let front = |word: &&String| {
            let word = base(word);
            let hands = ["-m", "bundle", "exec", "pdm", "pipenv", "poetry", "run", "uv"];
            word.starts_with("python") || hands.contains(&word.as_str())
        };
        let at = words.iter().take_while(front).count();
        let (writer, options) = words
            .get(at)
            .and_then(|word| WRITERS.iter().find(|(known, _)| *known == name(word)))?;
        let rest = &words[at + 1..];
        let mut paths = Vec::new();
        if *writer == "sphinx-build" {
            let mut operands = Vec::new();
            let mut skip = false;
            for word in rest {
                let option = word.starts_with('-');
                if !skip && !option {
                    operands.push(word);
                }
                skip = option && OF_SPHINX.contains(&format!(" {word} "));
            }
            paths.push(self.path(operands.get(1)?, call)?);
        }
        for (number, word) in rest.iter().enumerate() {
            for option in *options {
                let value = match word.strip_prefix(option) {
                    Some("") => rest.get(number + 1)?.as_str(),
                    Some(value) if option.len() == 2 || value.starts_with('=') => {
                        value.trim_start_matches('=')
                    }
                    _ => continue,
                };
                paths.push(self.path(value, call)?);
            }
        }
        Some(paths)
    }

    /// Where a script of the project writes, as far as its arguments and its text say.
    fn written_by_script(
        &self,
        script: &str,
        arguments: &[String],
        call: &Call<'t>,
    ) -> Option<Vec<String>> {
        let place = self.path(script, call)?;
        let text = self.text_at(&place)?;
        if UNSEEN.iter().any(|sign| text.contains(sign)) {
            return None;
        }
        let named = arguments.iter().filter(|word| word.starts_with('/'));
        let mut paths: Vec<String> = named.filter_map(|word| self.path(word, call)).collect();
        let own = [PAGES, "/usr/share/nginx"].into_iter().filter(|own| text.contains(own));
        paths.extend(own.map(str::to_owned));
        Some(paths)
    }

    /// The texts of all settings of the server that are none of its packages' own.
    fn texts_of_server(&self) -> Result<Vec<String>, String> {
        let mut texts: Vec<String> = Vec::new();
        for step in &self.old.steps {
            let Action::Copy(copy) = &step.action else { continue };
            let into = self.folder(&copy.destination).is_none_or(|path| is_within(&path, SETTINGS));
            let Some(whole) = self.whole(step).filter(|_| copy.from.is_none()) else {
                if let Some(text) = self.renamed(copy).filter(|_| into) {
                    texts.push(text.to_owned());
                } else if into {
                    return Err(format!(
                        "what {} tells the web server is not known",
                        describe(step)
                    ));
                }
                continue;
            };
            let unread = || "what the web server is told is not known".to_owned();
            let context = self.context.ok_or_else(unread)?;
            for brought in whole.brings() {
                let inside = context.below(&brought.source).map(|(path, _)| path);
                let files = inside.chain((!brought.folder).then_some(brought.source.as_str()));
                for path in files.filter(|path| !context.is_folder(path)) {
                    let rest = path.get(brought.source.len()..).unwrap_or_default();
                    let rest = rest.trim_start_matches('/');
                    let target = format!("{}/{rest}", brought.target.trim_end_matches('/'));
                    if is_within(target.trim_end_matches('/'), SETTINGS) {
                        let unread = || format!("{path} tells the web server what is not known");
                        texts.push(context.text(path).ok_or_else(unread)?.to_owned());
                    }
                }
            }
        }
        let mut problem = None;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                match self.told_by(call) {
                    Some(Some(text)) => texts.push(text),
                    Some(None) => {
                        problem = Some(format!(
                            "what {} tells the web server is not known",
                            describe(step)
                        ));
                    }
                    None => {}
                }
            }
        });
        problem.map_or(Ok(texts), Err)
    }

    /// What a call tells the server: nothing if it is none that writes its settings, and no text if that is not known.
    fn told_by(&self, call: &Call<'t>) -> Option<Option<String>> {
        let command = Command::of(&call.words);
        let inside = |word: &str| {
            let path = self.path(word, call);
            path.is_some_and(|path| is_within(&path, SETTINGS))
        };
        let redirected = call
            .redirects
            .iter()
            .any(|text| text.rsplit_once('>').is_some_and(|(_, target)| inside(target.trim())));
        let words: Vec<String> = call.words.iter().skip(1).map(|word| readable(word)).collect();
        let named = call.words.iter().skip(1).any(|word| inside(word) || path_is_open(word));
        match command.program() {
            "echo" | "printf" if redirected => {
                let open = call.words.iter().any(|word| plain(word).is_none());
                Some((!open).then(|| words.join(" ").replace("\\n", "\n")))
            }
            _ if redirected => Some(None),
            "cp" | "mv" | "install" | "ln" if named => {
                let operands: Vec<_> =
                    call.words.iter().skip(1).filter(|word| !word.starts_with('-')).collect();
                let [source, _] = operands.as_slice() else { return Some(None) };
                let Some(place) = self.path(source, call) else { return Some(None) };
                if is_within(&place, SETTINGS) {
                    return Some(Some(String::new()));
                }
                let text = self.text_at(&place).map(str::to_owned);
                Some(text.filter(|_| !command.is("ln")))
            }
            "sed" if named => {
                let cut = |c: char| c.is_whitespace() || "#|,;:@!\"'".contains(c);
                let hidden = words.iter().any(|word| word.contains("\\/"));
                let paths = words.iter().filter(|word| {
                    !(word.ends_with('/') && (word.starts_with("s/") || word.starts_with('/')))
                });
                let paths = paths.flat_map(|word| word.split(cut));
                let paths = paths.filter(|part| part.starts_with('/') && part.len() > 1);
                let text: String = paths.map(|path| format!("alias {path};")).collect();
                Some((!hidden).then_some(text))
            }
            "tee" if named => Some(None),
            _ => None,
        }
    }

    /// Whether all files and folders that a text names are there.
    fn is_served(&self, text: &str, places: &[Place]) -> Result<(), String> {
        for words in directives(text) {
            let Some((name, arguments)) = words.split_first() else { continue };
            let told =
                || Err(format!("`{}` tells the web server what is not known", words.join(" ")));
            if NO_FILES.contains(&format!(" {name} ")) {
                continue;
            }
            if ["js_", "lua", "perl"].iter().any(|part| name.contains(part)) {
                return told();
            }
            if name == "user" {
                if arguments.iter().any(|user| !USERS.contains(&user.as_str())) {
                    return told();
                }
                continue;
            }
            let pages = ["alias", "root"].contains(&name.as_str());
            for word in arguments {
                let path = word.rsplit('=').next().unwrap_or(word);
                if !path.starts_with('/') {
                    if pages && (path.contains('$') || path.contains("..")) {
                        return told();
                    }
                    continue;
                }
                let path = match path.find(['$', '*']) {
                    Some(end) => path[..end].rsplit_once('/').map_or("", |(folder, _)| folder),
                    None => path.trim_end_matches('/'),
                };
                let inside = is_within(path, SETTINGS) || is_within(path, "/usr/share/nginx");
                if name == "include" && !inside {
                    return told();
                }
                let own = path == PAGES || THERE.iter().any(|folder| is_within(path, folder));
                if !own && !self.covered(places, path) {
                    return Err(format!(
                        "nothing brings `{path}`, which the web server is told of"
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Whether a word may be a path of the settings that only a shell knows.
fn path_is_open(word: &Text<'_>) -> bool {
    plain(word).is_none() && readable(word).contains("nginx")
}

/// The directives of a text, without what stands in tables.
fn directives(text: &str) -> Vec<Vec<String>> {
    let without = text.lines().map(|line| {
        let at = line.match_indices('#').find(|(at, _)| {
            line[..*at].chars().next_back().is_none_or(|c| c.is_whitespace() || ";{}".contains(c))
        });
        at.map_or(line, |(at, _)| &line[..at])
    });
    let text = without.collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    let mut tables: Vec<bool> = Vec::new();
    let mut start = 0;
    let (mut quote, mut inside) = (None, false);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(sign), _) if sign == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') if text[..at].ends_with('$') => inside = true,
            (None, '}') if inside => inside = false,
            (None, ';' | '{' | '}') => {
                let words = text[start..at].split_whitespace();
                let words: Vec<String> = words.map(|word| word.replace(['"', '\''], "")).collect();
                start = at + 1;
                let of_lines = |name: &String| OF_LINES.contains(&format!(" {name} "));
                let table = tables.last() == Some(&true);
                let opens = words.first().is_some_and(of_lines);
                if !words.is_empty() && !table && !opens {
                    found.push(words);
                }
                match c {
                    '{' => tables.push(table || opens),
                    '}' => drop(tables.pop()),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::directives;

    #[test]
    fn comments_and_tables_are_left_out() {
        let text = "server { # root /a;\n root '/b'; map $x $y { /c /d; } location ~ ^/e${f}/ { alias /g/; } }";
        let names: Vec<String> =
            directives(text).into_iter().map(|words| words.join(" ")).collect();
        assert_eq!(names, ["server", "root /b", "location ~ ^/e${f}/", "alias /g/"]);
    }
}
