//! What gems, and a project's own extensions of Ruby, are linked with: the slim image has little of it.

use std::collections::BTreeSet;

use dockslim_contract::BuildContext;

use super::runtime::Runtime;
use crate::program::{Action, visit};
use crate::shell::States;
use crate::stages::Stage;

/// What gems open when they run, and what slim images have not; nothing where releases call it differently.
const GEMS: &[(&str, &str)] = &[
    ("pg", "libpq5"),
    ("mysql2", "libmariadb3"),
    ("sqlite3", "libsqlite3-0"),
    ("curb", "libcurl4"),
    ("ruby-vips", "libvips42"),
    ("tiny_tds", "libsybdb5"),
    ("ruby-odbc", "unixodbc"),
    ("rmagick", ""),
    ("mini_magick", ""),
    ("image_processing", ""),
    ("typhoeus", ""),
    ("ethon", ""),
    ("patron", ""),
    ("libxml-ruby", ""),
    ("mimemagic", ""),
    ("charlock_holmes", ""),
    ("rugged", ""),
    ("gpgme", ""),
    ("ruby-filemagic", ""),
    ("zookeeper", ""),
    ("wkhtmltopdf-binary", ""),
    ("wkhtmltopdf-binary-edge", ""),
    ("kt-paperclip", ""),
    ("paperclip", ""),
    ("cairo", ""),
    ("glib2", ""),
    ("gio2", ""),
    ("gdbm", ""),
    ("gssapi", ""),
    ("magic", ""),
    ("mysql", ""),
    ("do_postgres", "libpq5"),
    ("xmlparser", ""),
    ("webp-ffi", ""),
    ("phashion", ""),
];

/// The libraries that slim images of Ruby have, and of which they held the headers (docker-library/ruby: libffi-dev, libssl-dev, libyaml-dev,
/// zlib1g-dev), and those of the C library.
const OF_SLIM: [&str; 11] =
    ["z", "ssl", "crypto", "yaml", "ffi", "c", "m", "dl", "rt", "util", "pthread"];

/// The parts of a script that stand for themselves.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let joined = text.split(['\n', ';']).flat_map(|line| line.split("&&"));
    joined.flat_map(|part| part.split("||")).flat_map(|part| part.split(" or "))
}

/// Whether a part of a script loads another one that is none of Ruby's own which only mkmf and files know.
fn loads_more(part: &str) -> bool {
    let known = ["mkmf", "rbconfig", "fileutils", "pathname", "English"];
    let part = part.trim();
    let rest = part.strip_prefix("require").or_else(|| part.strip_prefix("load"));
    rest.is_some_and(|rest| {
        let other = |c: char| !(c.is_alphanumeric() || "_/.".contains(c));
        !rest.split(other).all(|word| word.is_empty() || known.contains(&word))
    })
}

/// Whether a part of a script of mkmf asks for one library of slim images, or hands none but these to the linker.
fn is_of_slim(part: &str) -> bool {
    let letters: String = part.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
    let letters = letters.replace('"', "");
    if letters.contains(['&', '{', '[', '`']) || part.contains("-L") || part.contains("pkg_config")
    {
        return false;
    }
    if letters.starts_with("dir_config(") {
        return !letters.contains(',');
    }
    let name = letters.split("_library(").nth(1).and_then(|rest| rest.split([',', ')']).next());
    let linked = part.split(|c: char| c.is_whitespace() || "'\"(),".contains(c));
    let mut linked = linked.filter_map(|word| word.strip_prefix("-l"));
    let sets = ["$libs", "$LDFLAGS", "$CFLAGS"].iter().any(|name| letters.starts_with(name));
    match letters.matches("_library(").count() {
        1 => !letters.contains('$') && name.is_some_and(|name| OF_SLIM.contains(&name)),
        0 => sets && !part.contains("-Wl") && linked.all(|name| OF_SLIM[5..].contains(&name)),
        _ => false,
    }
}

/// `ruby-dev` and `ruby3.1-dev`: headers of a Ruby beside that of an official image.
pub(super) fn is_of_debians_ruby(name: &str) -> bool {
    let version = name.strip_prefix("ruby").and_then(|rest| rest.strip_suffix("-dev"));
    version.is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

impl Runtime<'_, '_> {
    /// Whether the container or a file of the project may start the Ruby of Debian, which lies elsewhere than that of an official image.
    pub(super) fn starts_debians_ruby(&self) -> bool {
        let names = |text: &str| text.contains("/usr/bin/ruby");
        let Some(context) = self.context else { return true };
        let mut words = self.old.configuration.starts().into_iter().flatten();
        let mut called = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                called |= call.words.iter().any(|word| names(word));
            }
        });
        called
            || words.any(names)
            || context.entries().any(|(path, _)| context.text(path).is_some_and(names))
    }

    /// Whether what gems open is among the packages that are new, and the full image brought nothing to an extension of the project.
    pub(super) fn gems_find(&self, new: &BTreeSet<String>) -> Result<(), String> {
        if !self.old.image.contains("slim") && links_extension(self.old, self.states, self.context)
        {
            return Err("an extension of Ruby may be linked with more".to_owned());
        }
        let asked = gems(self.old, self.context);
        let lacking =
            GEMS.iter().find(|(gem, library)| asked.contains(*gem) && !new.contains(*library));
        lacking.map_or(Ok(()), |(gem, library)| {
            let package = if library.is_empty() { gem } else { library };
            Err(format!("the package {package} is missing, which the program may need"))
        })
    }
}

/// Whether the gems that a stage installs find all that they are linked with, and open, on the slim image: none is known to want more.
pub(in crate::compare) fn gems_are_plain(
    stage: &Stage<'_>,
    states: &States,
    context: Option<&BuildContext>,
) -> bool {
    let asked = gems(stage, context);
    let (mut builds, mut bundles) = (false, false);
    visit(&stage.steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        let first = call.words.first().map(|word| &**word);
        bundles |= call.words.iter().any(|word| word == "bundle" || word == "bundler");
        builds |= matches!(first, Some("make" | "rake" | "ruby" | "gcc" | "cc"));
    });
    let list = |context: &BuildContext| {
        context.entries().any(|(path, _)| path.rsplit('/').next() == Some("Gemfile"))
    };
    context.is_some_and(|context| !bundles || list(context))
        && !builds
        && !GEMS.iter().any(|(gem, _)| asked.contains(*gem))
        && !links_extension(stage, states, context)
}

/// The words by which calls of gem and files of the project may ask for a gem.
fn gems(stage: &Stage<'_>, context: Option<&BuildContext>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut add = |text: &str| {
        let other = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        found.extend(text.split(other).map(str::to_owned));
    };
    visit(&stage.steps, &mut |step| {
        if let Action::Call(call) = &step.action
            && call.words.iter().any(|word| word == "gem")
        {
            call.words.iter().for_each(|word| add(word));
        }
    });
    for (path, _) in context.into_iter().flat_map(|context| context.entries()) {
        if path.ends_with("Gemfile") || path.ends_with("Gemfile.lock") || path.ends_with(".gemspec")
        {
            add(context.and_then(|context| context.text(path)).unwrap_or_default());
        }
    }
    found
}

/// Whether a script of mkmf looks for a library, or somebody else tells the linker of one; or a source opens one itself.
fn links_extension(stage: &Stage<'_>, states: &States, context: Option<&BuildContext>) -> bool {
    const SIGNS: [&str; 9] =
        ["librar", "pkg_config", "dir_config", "$lib", "LIBS", "LDFLAGS", "-l", "portile", "&"];
    const FLAGS: [&str; 8] =
        ["CC", "CXX", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "LIBS", "LIBRARY_PATH"];
    let mut told = false;
    visit(&stage.steps, &mut |step| {
        let Action::Call(call) = &step.action else { return };
        let seen = states.seen(call.state);
        let installs =
            call.words.iter().any(|word| matches!(&**word, "gem" | "bundle" | "bundler"))
                || matches!(call.words.first().map(|word| &**word), Some("make" | "rake" | "ruby"));
        let words = call.words.iter().any(|word| word == "--" || word.contains("build."));
        let flags = FLAGS.iter().any(|name| {
            seen.surroundings.environment.contains_key(*name)
                || seen.variables.contains_key(*name)
                || call.assignments.iter().any(|text| text.split('=').next() == Some(name))
        });
        told |= installs && (words || flags);
    });
    let mut files = context.into_iter().flat_map(|context| context.entries());
    told || files.any(|(path, _)| {
        let text = context.and_then(|context| context.text(path));
        let has =
            |signs: &[&str]| text.is_none_or(|text| signs.iter().any(|sign| text.contains(sign)));
        let name = path.rsplit('/').next().unwrap_or(path);
        match name.rsplit_once('.') {
            _ if name == "extconf.rb" => text.is_none_or(|text| {
                let mut parts = pieces(text).filter(|part| !is_of_slim(part));
                parts.any(|part| loads_more(part) || SIGNS.iter().any(|sign| part.contains(sign)))
            }),
            None => name == "depend",
            // What it opens or starts may be of the full image.
            Some((_, "c" | "cc" | "cpp")) => {
                has(&["dlopen", "popen(", "system(", "execl", "execv", "posix_spawn"])
            }
            Some((_, "rb")) => has(&["Fiddle", "fiddle", "ffi_lib", "dlload"]),
            Some((_, "gemspec")) => text.is_none_or(|text| {
                let mut parts = pieces(text).filter(|part| part.contains("extensions"));
                parts.any(|part| {
                    part.matches(".rb").count() != part.matches("extconf.rb").count()
                        || !part.contains("extconf.rb")
                })
            }),
            _ => false,
        }
    })
}
