//! Pages that a program has written, behind a web server of the distribution: what writes them may be missed, what the server is told of is
//! there.
//!
//! Sources: `man a2enmod`, `man lighty-enable-mod`; the list of files of Debian's apache2.

mod apache;
mod caddy;
mod hosted;
mod http_server;
mod lighttpd;
mod links;
mod nginx;
mod servers;
mod writers;

use super::bases::{self, Kind};
use super::packages::installed;
use super::runtime::{Place, Runtime};
use super::started::commands;
use super::written::{COMPILERS, LEAVES_NOTHING};
use crate::compare::folders::{absolute, is_within};
use crate::compare::words::describe;
use crate::program::{Action, Call, Demand, Step, Text, visit};
use crate::shell::{Command, plain, readable};
use servers::Path;
pub(super) use servers::Server;
use writers::BRING;

/// Where the server reads by itself.
const READ: &[&str] = &["/etc", "/run", "/usr/share/nginx", "/var"];
/// The pages of the distribution itself.
const PAGES: &str = "/var/www/html";

/// What a step tells the server.
enum Setting {
    Text(String),
    /// Paths that it puts into a text which is there.
    Paths(Vec<String>),
}

impl<'t> Runtime<'_, 't> {
    /// The web server that the container starts, if it starts nothing else.
    pub(super) fn server(&self) -> Option<&'static Server> {
        let [entrypoint, command, _] = self.new.configuration.starts();
        let mut started = [entrypoint, command].into_iter().flatten().flat_map(commands);
        let server = Server::started(&started.next()?)?;
        let own = |words: Vec<String>| {
            Server::started(&words).is_some_and(|other| std::ptr::eq(other, server))
        };
        started.all(own).then_some(server)
    }

    /// What is missing of what such a server serves.
    pub(super) fn pages_are_there(&self, kind: Kind, places: &[Place]) -> Result<(), String> {
        let server = self.server().ok_or("the container starts no web server")?;
        let of_image =
            server.is_of_python() && bases::official(&self.old.image).starts_with("python:");
        let same = match kind {
            Kind::Debian(_) => !of_image && bases::suite(&self.old.image).is_some(),
            Kind::Same => of_image || self.is_distribution(),
            Kind::Slim => of_image,
            _ => false,
        };
        if !same {
            return Err(format!("{} has another web server", self.new.base));
        }
        let mut named = self.paths_of_command(server)?;
        let (old, new) = (installed(&self.old.steps), installed(&self.new.steps));
        let of_server = |name: &&String| server.may_need(name);
        if let Some(name) = old.iter().filter(of_server).find(|name| !new.contains(*name)) {
            return Err(format!("the package {name} is missing, which the web server may need"));
        }
        let typed = new.contains("media-types") || new.contains("mime-support");
        if kind == Kind::Slim && !typed {
            return Err("the new base has no list of types of files".to_owned());
        }
        if server.is_of_python() {
            self.python_is_plain(of_image)?;
        }
        self.hosts_start_this_alone()?;
        self.links_lead_inside(server, places)?;
        let mut problem = None;
        visit(&self.old.steps, &mut |step| {
            if problem.is_none() {
                problem = self.left_behind(step, server, places);
            }
        });
        problem.map_or(Ok(()), Err)?;
        let context = self.context.ok_or("what the web server serves is not known")?;
        self.user_of_server(context)?;
        if let Some(folder) = self.named_by_build(places) {
            return Err(format!("nothing brings `{folder}`, which a file of the build names"));
        }
        for setting in self.settings_of(server)? {
            named.extend(match setting {
                Setting::Paths(paths) => paths,
                Setting::Text(text) => (server.reading)(&text)
                    .map_err(|words| format!("`{words}` tells the web server what is not known"))?,
            });
        }
        // The package of certificates makes all that lies in their folder.
        let certificates = self.names_package(&self.new.steps, "ca-certificates");
        let there = |path: &String| {
            server.has(path)
                || self.covered(places, path)
                || certificates && is_within(path, "/etc/ssl/certs")
        };
        match named.iter().find(|path| !there(path)) {
            None => Ok(()),
            Some(path) => Err(format!("nothing brings `{path}`, which the web server is told of")),
        }
    }

    /// What the command of the container names: a folder, or a file of settings with all that it names.
    fn paths_of_command(&self, server: &Server) -> Result<Vec<String>, String> {
        let told = || "the web server is told more by its command".to_owned();
        let folder = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let mut found = Vec::new();
        for start in self.new.configuration.starts()[..2].iter().flatten() {
            for words in commands(start) {
                let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
                for path in (server.command)(&words).ok_or_else(told)? {
                    let (Path::Of(name) | Path::Settings(name)) = &path;
                    let place = absolute(name, &folder, None).ok_or_else(told)?;
                    if matches!(path, Path::Settings(_)) && !is_within(&place, server.settings) {
                        let text = self.text_at(&place).ok_or_else(told)?;
                        found.extend((server.reading)(text).map_err(|_| told())?);
                    }
                    found.push(place);
                }
            }
        }
        Ok(found)
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
                let server = ["Caddyfile", "nginx"].iter().any(|part| path.contains(part));
                let other = server || path.starts_with(".git");
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
    fn left_behind(&self, step: &Step<'t>, server: &Server, places: &[Place]) -> Option<String> {
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
                // What a pattern stands for lies where the last word says.
                let all = ["mkdir", "touch", "tee"].contains(&program);
                let last = || self.path(call.words.last()?, call).map(|path| vec![path]);
                let Some(written) = (if all { operands() } else { last() }) else {
                    return unknown();
                };
                let problem = written.iter().find_map(|path| lost(path));
                problem.filter(|_| {
                    let makes = super::as_it_is::is_maker(call) && self.calls_again(call);
                    !makes
                })
            }
            // They link what the packages bring, and what is brought, to where it is read.
            "a2enconf" | "a2enmod" | "a2ensite" | "lighttpd-enable-mod" | "lighty-enable-mod" => {
                let starts = |word: &Text<'t>| plain(word).is_none_or(apache::may_start);
                let modules = program == "a2enmod" && call.words.iter().skip(1).any(starts);
                if modules { unknown() } else { lost(server.settings) }
            }
            "a2disconf" | "a2dissite" => {
                let again = self.calls_again(call);
                (!again).then(|| format!("{} is not done again", describe(step)))
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

    /// The texts of all settings of the server that are none of its packages' own.
    fn settings_of(&self, server: &Server) -> Result<Vec<Setting>, String> {
        let mut found: Vec<Setting> = Vec::new();
        for step in &self.old.steps {
            let Action::Copy(copy) = &step.action else { continue };
            let into =
                self.folder(&copy.destination).is_none_or(|path| is_within(&path, server.settings));
            let Some(whole) = self.whole(step).filter(|_| copy.from.is_none()) else {
                if let Some(text) = self.renamed(copy).filter(|_| into) {
                    found.push(Setting::Text(text.to_owned()));
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
                    let target = target.trim_end_matches('/');
                    let beside =
                        server.settings == "/etc/apache2" && target.ends_with("/.htaccess");
                    if beside || is_within(target, server.settings) {
                        let unread = || format!("{path} tells the web server what is not known");
                        let text = context.text(path).ok_or_else(unread)?;
                        found.push(Setting::Text(text.to_owned()));
                    }
                }
            }
        }
        let mut problem = None;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                match self.told_by(call, server) {
                    Some(Some(setting)) => found.push(setting),
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
        problem.map_or(Ok(found), Err)
    }

    /// What a call tells the server: nothing if it is none that writes its settings, and no setting if that is not known.
    fn told_by(&self, call: &Call<'t>, server: &Server) -> Option<Option<Setting>> {
        let command = Command::of(&call.words);
        let inside = |word: &str| {
            let path = self.path(word, call);
            path.is_some_and(|path| is_within(&path, server.settings))
        };
        let redirected = call
            .redirects
            .iter()
            .any(|text| text.rsplit_once('>').is_some_and(|(_, target)| inside(target.trim())));
        let words: Vec<String> = call.words.iter().skip(1).map(|word| readable(word)).collect();
        let named = call.words.iter().skip(1).any(|word| inside(word) || is_open(word, server));
        match command.program() {
            "echo" | "printf" if redirected => {
                let open = call.words.iter().any(|word| plain(word).is_none());
                let text = words.join(" ").replace("\\n", "\n");
                Some((!open).then_some(Setting::Text(text)))
            }
            _ if redirected => Some(None),
            "cp" | "mv" | "install" | "ln" if named => {
                let operands: Vec<_> =
                    call.words.iter().skip(1).filter(|word| !word.starts_with('-')).collect();
                let [source, _] = operands.as_slice() else { return Some(None) };
                let Some(place) = self.path(source, call) else { return Some(None) };
                if is_within(&place, server.settings) {
                    return Some(Some(Setting::Paths(Vec::new())));
                }
                let text = self.text_at(&place).filter(|_| !command.is("ln"));
                Some(text.map(|text| Setting::Text(text.to_owned())))
            }
            "sed" if named => {
                let cut = |c: char| c.is_whitespace() || "#|,;:@!\"'".contains(c);
                let unseen = ["\\/", "cgi", "exec", "lua", "magnet", "perl", "php"];
                let hidden = words.iter().any(|word| unseen.iter().any(|it| word.contains(it)));
                let paths = words.iter().filter(|word| {
                    !(word.ends_with('/') && (word.starts_with("s/") || word.starts_with('/')))
                });
                let paths = paths.flat_map(|word| word.split(cut));
                let paths = paths.filter(|part| part.starts_with('/') && part.len() > 1);
                let paths = paths.map(|path| path.trim_end_matches('/').to_owned()).collect();
                Some((!hidden).then_some(Setting::Paths(paths)))
            }
            "tee" if named => Some(None),
            _ => None,
        }
    }
}

/// Whether a word may be a path of the settings that only a shell knows.
fn is_open(word: &Text<'_>, server: &Server) -> bool {
    let folder = server.settings.trim_start_matches("/etc/");
    plain(word).is_none() && readable(word).contains(folder)
}
