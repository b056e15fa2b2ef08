//! Compilers that nothing builds with: they need not be installed.

use dockslim_contract::{BuildContext, ContextKind, Rewrite, Safety};
use dockslim_syntax::{Edits, Keyword, LeafKind, Span};

use super::afterwards::{needed_afterwards, programs};
use super::headers::{Headers, brings_packages, headers_of};
use super::known::{names_one, starts_programs};
use super::started::{name_of, started_otherwise, starts_unknown};
use super::tools::{is_install, is_removal, updates};
use super::{Install, reasons};
use crate::facts::{
    BuildStep, Command, call_what_compilers_bring, copy_words, files_build, is_from_context,
    word_with_gap,
};
use crate::knowledge::{
    headers, is_compiling_package, keeps_compilers, lacks_build_tools, library_name,
    python_of_suite, suite_of_image,
};
use crate::pass::Refusal;
use crate::slim_base::takes_wheels;

/// Programs of steps that keep files, users and settings of servers, and start nothing else.
pub(super) const KEEPERS: &[&str] = &[
    "[",
    "a2dismod",
    "a2dissite",
    "a2enconf",
    "a2enmod",
    "a2ensite",
    "addgroup",
    "adduser",
    "cat",
    "chgrp",
    "chmod",
    "chown",
    "cp",
    "echo",
    "groupadd",
    "ln",
    "ls",
    "mkdir",
    "mv",
    "printf",
    "rm",
    "rmdir",
    "sed",
    "set",
    "test",
    "touch",
    "true",
    "useradd",
    "usermod",
];
/// Programs that run the file that they are given.
const RUNNERS: &[&str] = &["node", "nodejs", "php", "python3", "ruby"];
/// Ends of archives, and of sources whose programs are not looked at for what they start.
const UNREAD: &[&str] = &[
    ".7z", ".bz2", ".egg", ".gem", ".gz", ".jar", ".phar", ".pyz", ".tar", ".tgz", ".whl", ".xz",
    ".zip", ".zst", ".awk", ".c", ".cc", ".cgi", ".clj", ".cpp", ".cs", ".fs", ".go", ".h", ".hs",
    ".java", ".jl", ".kt", ".lua", ".ml", ".pl", ".pm", ".r", ".rs", ".scala", ".swift", ".tcl",
];
/// Texts that lead to libraries or files of the tools, or hand a container another command.
const SIGNS: &[&str] = &[
    "LD_PRELOAD",
    "CDLL",
    "FFI",
    "LoadLibrary",
    "cdll",
    "cffi",
    "dlopen",
    "DependencyInstaller",
    "Gem.install",
    "RubyInline",
    "bundler/inline",
    "docker exec",
    "docker run",
    "find_library",
    "kubectl exec",
    "linux-gnu",
    "loadlib",
    "lib/gcc",
    "mkmf",
    "usr/include",
];
/// Texts, in small letters, that lead to what comes along with compilers by recommendations: netbase with perl, fonts with libc-devtools (Debian's
/// package index).
const ALONG: &[&str] = &[
    "dejavu",
    "etc/protocols",
    "etc/services",
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
/// The same of what comes along with php-dev: php-xml, php-pear, whose sources others include, and certificates.
const OF_PHP: &[&str] = &[
    "curl_",
    "dom\\",
    "dom_",
    "domattr",
    "domdocument",
    "domelement",
    "domimplementation",
    "domnode",
    "domxpath",
    "file_get_contents($",
    "ext-",
    "file_get_contents(get",
    "fopen($",
    "fopen(get",
    "https://",
    "include",
    "pear",
    "require",
    "simplexml",
    "ssl://",
    "stream_",
    "tls://",
    "xml_",
    "xmlreader",
    "xmlwriter",
    "xslt",
];
/// Parts of the names of packages that start compilers, or are there for people.
const COMPILING: &[&str] = &[
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
/// Parts of the names of packages by which a server runs what lies among its pages.
const LANGUAGES: &[&str] = &["cgi", "mod-", "node", "perl", "php", "python", "ruby"];
/// Folders from which a server only reads pages.
const PAGES: &[&str] = &["/usr/share/nginx/html", "/var/www"];
/// Packages that only recommend a compiler (Debian's package index).
const RECOMMENDING: &[&str] = &["bundler", "npm", "python-pip", "python3-pip"];
/// Ends of files that no loader opens.
const DATA: &[&str] = &[
    ".avif", ".db", ".eot", ".gif", ".ico", ".jpeg", ".jpg", ".mp3", ".mp4", ".ogg", ".otf",
    ".pdf", ".png", ".sqlite", ".sqlite3", ".ttf", ".webm", ".webp", ".woff", ".woff2",
];

/// The list of an install without the tools, where neither a step nor the program of a container builds, and all that both are is known.
pub(super) fn left_out(install: &Install<'_, '_>) -> Result<Rewrite, Refusal> {
    let Some(context) = install.facts.context else {
        return nothing_built("nothing in this RUN builds with it");
    };
    let recommends = brings_recommended(install);
    let headers = headers_of(install, recommends);
    let gone = install.with(&headers);
    saves_something(&gone, recommends)?;
    all_is_known(&gone, context)?;
    if let Some(refusal) = needed_afterwards(&gone) {
        return Err(refusal);
    }
    nothing_comes_along(&gone, context, recommends)?;
    let tools = &gone.tools;
    let alone = tools.packages.iter().all(|(name, _)| tools.names.contains(name));
    let stays = stays(&gone, &headers);
    let mut reason = format!("nothing is seen to build with {}", tools.names.join(", "));
    if !stays.is_empty() {
        let verb = if stays.len() == 1 {
            "joins the list by its name"
        } else {
            "join the list by their names"
        };
        reason.push_str(&format!("; {} {verb}", stays.join(", ")));
    }
    let edits =
        if alone && stays.is_empty() { without_call(&gone) } else { without_words(&gone, &stays) };
    let at = gone.commands()[gone.number].span;
    edits.map(|edits| Rewrite { safety: Safety::Suggestion, at, reason, edits })
}

/// What has to join the list by name: what is needed later of headers, and the libraries that wheels of Python look for.
fn stays(install: &Install<'_, '_>, headers: &[Headers]) -> Vec<String> {
    let mut stays: Vec<String> = Vec::new();
    let linked = install.tools.run_time.iter().map(|name| (*name).to_owned());
    let linked: Vec<String> = linked.filter(|_| brings_packages(install)).collect();
    for name in headers.iter().flat_map(|row| &row.stays).chain(&linked) {
        let listed = install.tools.packages.iter().any(|(one, _)| one == name);
        if !listed && !stays.contains(name) {
            stays.push(name.clone());
        }
    }
    stays
}

/// The list without the words that go; those that join it stand where the first of them stood.
fn without_words(install: &Install<'_, '_>, stays: &[String]) -> Result<Edits, Refusal> {
    let tools = &install.tools;
    let start = install.commands()[install.number].span.start;
    let mut edits = Edits::new();
    let mut joining = stays.join(" ");
    for (_, word) in tools.packages.iter().filter(|(name, _)| tools.names.contains(name)) {
        let edited = if joining.is_empty() {
            word_with_gap(install.build.dockerfile, start, *word).map(|span| edits.delete(span))
        } else {
            Some(edits.replace(*word, std::mem::take(&mut joining)))
        };
        if !matches!(edited, Some(Ok(()))) {
            return nothing_built("a comment stands in the list of packages");
        }
    }
    Ok(edits)
}

/// The chain without a call that installs nothing else.
fn without_call(install: &Install<'_, '_>) -> Result<Edits, Refusal> {
    let dockerfile = install.build.dockerfile;
    install.is_plain().map_err(|what| (&reasons::LAYOUT, what.to_owned()))?;
    let own = install.commands()[install.number].span;
    let pipelines: Vec<Span> = install
        .list
        .statements
        .iter()
        .flat_map(|statement| statement.pipelines())
        .map(|pipeline| pipeline.span)
        .collect();
    let at = pipelines.iter().position(|span| *span == own);
    let around = at.and_then(|at| match at.checked_sub(1) {
        Some(before) => Some(Span::new(pipelines[before].end, own.end)),
        None => pipelines.get(at + 1).map(|next| Span::new(own.start, next.start)),
    });
    let Some(span) = around else {
        return nothing_built("nothing in this RUN builds with it, and it does nothing else");
    };
    let comment =
        dockerfile.leaves_in(span).iter().any(|leaf| matches!(leaf.kind, LeafKind::Comment));
    let mut edits = Edits::new();
    if comment || edits.delete(span).is_err() {
        return nothing_built("a comment stands in the list of packages");
    }
    Ok(edits)
}

pub(super) fn nothing_built<T>(why: &str) -> Result<T, Refusal> {
    Err((&reasons::NOTHING_BUILT, why.to_owned()))
}

/// Whether an install brings what its packages recommend.
fn brings_recommended(install: &Install<'_, '_>) -> bool {
    let mut words = install.commands()[install.number].words.iter().flatten();
    install.tools.manager == "apt" && !words.any(|word| word == "--no-install-recommends")
}

/// Whether all is known that comes along with a tool by recommendations.
fn recommends_known(name: &str) -> bool {
    const KNOWN: &[&str] = &[
        "build-essential",
        "cpp",
        "g++",
        "gcc",
        "libc6-dev",
        "linux-libc-dev",
        "make",
        "pkg-config",
        "pkgconf",
    ];
    let bare = match name.rsplit_once('-') {
        Some((start @ ("gcc" | "g++"), version)) if version.bytes().all(|b| b.is_ascii_digit()) => {
            start
        }
        _ => name,
    };
    KNOWN.contains(&bare) || headers(name).is_some()
}

/// Whether the tools would be gone without their names.
fn saves_something(install: &Install<'_, '_>, recommends: bool) -> Result<(), Refusal> {
    let tools = &install.tools;
    if let Some(word) = &tools.unknown {
        return Err((&reasons::UNKNOWN_WORDS, format!("it is not known what {word} stands for")));
    }
    let unknown = tools.names.iter().any(|name| recommends && !recommends_known(name));
    if tools.manager != "apt" || unknown {
        return nothing_built("nothing in this RUN builds with it, but others come along with it");
    }
    let keeps = |name: &str| {
        let recommending = RECOMMENDING.contains(&name);
        recommending && recommends || keeps_compilers(tools.manager, name) && !recommending
    };
    let kept = listed_anywhere(install).into_iter().find(|name| keeps(name));
    if let Some(package) = kept {
        let message = format!("{package} needs a compiler, which would stay");
        return Err((&reasons::KEPT, message));
    }
    match changes_packages(install) {
        Some(line) => {
            let message = format!("line {line} removes packages or updates them");
            Err((&reasons::OTHER_CHANGES, message))
        }
        None => Ok(()),
    }
}

/// The packages that installs of the stage, of those below and of those above it name, but for what goes.
fn listed_anywhere(install: &Install<'_, '_>) -> Vec<String> {
    let build = install.build;
    let own = &install.stage.stage;
    let related = build.stages.iter().filter(|stage| {
        build.builds_on(&stage.stage, own.index) || build.builds_on(own, stage.stage.index)
    });
    let commands = related.flat_map(|stage| &stage.steps).flat_map(|step| step.content.commands());
    let here = install.commands()[install.number].span;
    let others = commands.filter(|command| is_install(command) && command.span != here);
    let others = others.flat_map(|command| command.words.iter().flatten());
    let own = install.tools.packages.iter().map(|(name, _)| name);
    let own = own.filter(|name| !install.tools.names.contains(name)).cloned();
    own.chain(others.map(|word| word.split(['=', '/', ':']).next().unwrap_or(word).to_owned()))
        .collect()
}

/// Whether all is known that the stage, and those that are built on it, have and do: of the base, of the packages, of the build context, of what
/// a container starts.
fn all_is_known(install: &Install<'_, '_>, context: &BuildContext) -> Result<(), Refusal> {
    let build = install.build;
    let image = install.stage.image.as_deref().unwrap_or_default();
    if !lacks_build_tools(install.tools.manager, image) {
        return Err((&reasons::UNKNOWN_BASE, format!("it is not known what {image} is there for")));
    }
    let own = install.stage.stage.index;
    let stages = build.stages.iter().filter(|stage| build.builds_on(&stage.stage, own));
    let mut steps = stages.clone().flat_map(|stage| &stage.steps);
    if let Some(step) = steps.find(|step| brings_unknown(install, context, step)) {
        let line = build.dockerfile.line(step.instruction.span.start);
        return nothing_built(&format!("what line {line} brings or does may need it"));
    }
    for stage in stages {
        if let Some(line) = starts_unknown(install, context, stage) {
            return nothing_built(&format!("what line {line} starts may need it"));
        }
    }
    if let Some(line) = sets_tools(install) {
        return nothing_built(&format!("what line {line} sets or checks may need it"));
    }
    let starting = || starts_programs(context, &programs(install));
    match unread(context).or_else(|| started_otherwise(context)).or_else(starting) {
        Some(path) => nothing_built(&format!("what {path} needs or starts is not known")),
        None => Ok(()),
    }
}

/// The line that names one of the tools as a setting, or checks the health of a container.
fn sets_tools(install: &Install<'_, '_>) -> Option<usize> {
    let dockerfile = install.build.dockerfile;
    let names = programs(install);
    let mut steps = install.build.stages.iter().flat_map(|stage| &stage.steps);
    let found = steps.find(|step| {
        let text = step.text(dockerfile);
        match step.instruction.kind {
            Keyword::Env | Keyword::Arg => {
                names_one(&text, &names) || text.contains("BASH_ENV") || text.contains(".so")
            }
            Keyword::Healthcheck => !text.to_ascii_uppercase().trim().ends_with("NONE"),
            _ => false,
        }
    })?;
    Some(dockerfile.line(found.instruction.span.start))
}

/// A file of the context that may be a program or a library, or a source of which nobody knows what it starts.
fn unread(context: &BuildContext) -> Option<&str> {
    let mut files = context.entries().filter(|(path, entry)| {
        let lower = path.to_ascii_lowercase();
        let ends = |list: &[&str]| list.iter().any(|end| lower.ends_with(end));
        let text = context.text(path);
        let by_line = text.is_some_and(|text| {
            let line = text.lines().next().unwrap_or_default();
            let known = ["sh", "bash", "node", "php", "python3", "ruby"];
            let program = line.split(['/', ' ']).next_back().unwrap_or_default();
            line.starts_with("#!") && !known.contains(&program)
        });
        entry.kind == ContextKind::File
            && (text.is_none() && !ends(DATA)
                || ends(UNREAD)
                || by_line
                || path.contains(".devcontainer"))
    });
    files.next().map(|(path, _)| path)
}

/// Whether no file of the project calls the tools, or what comes along with them.
fn nothing_comes_along(
    install: &Install<'_, '_>,
    context: &BuildContext,
    recommends: bool,
) -> Result<(), Refusal> {
    let tools = &install.tools;
    let behind = install.commands()[install.number].span.end;
    let behind = &install.build.dockerfile.source[behind..];
    let listed = |name: &str| {
        tools.packages.iter().any(|(one, _)| one == name && !tools.names.contains(one))
    };
    // cmake alone needs procps (Debian's package index).
    let stays = |name: &str| {
        listed(name) || name == "procps" && !tools.names.iter().any(|name| name == "cmake")
    };
    let along = ALONG.iter().filter(|_| recommends);
    let of_php = OF_PHP.iter().filter(|_| tools.names.iter().any(|name| name == "php-dev"));
    let certain = |sign: &&&str| sign.contains("://") && listed("ca-certificates");
    let along = along.chain(of_php.filter(|sign| recommends && !certain(sign)));
    let along: Vec<&str> = along.copied().collect();
    let leads = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("ffi::") || along.iter().any(|sign| text.contains(sign))
    };
    let mut texts = context.entries().filter_map(|(path, _)| context.text(path));
    let signs: Vec<String> = SIGNS.iter().map(|sign| (*sign).to_owned()).collect();
    let calls = files_build(context, &programs(install), &signs, false)
        || signs.iter().any(|sign| behind.contains(sign))
        || leads(behind)
        || texts.any(leads)
        || call_what_compilers_bring(behind, context, &stays);
    match calls {
        true => nothing_built("a file of the project may build with it, or call what comes along"),
        false => Ok(()),
    }
}

/// The line of a command, in the stage or in one that is built on it, that removes packages or updates them: apt fails for a name that it
/// neither has installed nor finds in its lists.
fn changes_packages(install: &Install<'_, '_>) -> Option<usize> {
    let build = install.build;
    let own = install.stage.stage.index;
    let stages = build.stages.iter().filter(|stage| build.builds_on(&stage.stage, own));
    let mut commands =
        stages.flat_map(|stage| &stage.steps).flat_map(|step| step.content.commands());
    let found = commands.find(|command| is_removal(command) || updates(command))?;
    Some(build.dockerfile.line(found.span.start))
}

/// Whether a step brings what the build context does not show: a download, packages of a language but wheels, files of another image, or of a
/// stage that has such.
fn brings_unknown<'t>(
    install: &Install<'_, 't>,
    context: &BuildContext,
    step: &BuildStep<'t>,
) -> bool {
    let dockerfile = install.build.dockerfile;
    // A text that a step writes may be a script.
    if matches!(step.instruction.kind, Keyword::Run | Keyword::Copy | Keyword::Add)
        && step.text(dockerfile).contains("<<")
    {
        return true;
    }
    match step.instruction.kind {
        Keyword::Copy | Keyword::Add if is_from_context(dockerfile, step.instruction) => {
            copy_words(dockerfile, step.instruction).iter().any(|word| word.contains("://"))
        }
        Keyword::Copy | Keyword::Add => {
            let target = copy_words(dockerfile, step.instruction).pop().unwrap_or_default();
            let packages = &install.tools.packages;
            let runs = |(name, _): &(String, Span)| LANGUAGES.iter().any(|it| name.contains(it));
            !PAGES.iter().any(|folder| target.starts_with(folder)) || packages.iter().any(runs)
        }
        Keyword::Run => step.content.commands().iter().any(|command| {
            let Some(call) = command.package_call() else {
                return !keeps_files(install, command) && !runs_source(context, command);
            };
            let lists = ["update", "clean", "autoclean"].iter().any(|verb| call.is(verb));
            let words = || command.words.iter().flatten();
            let python = |word: &str| is_compiling_package(word.trim_start_matches("python3-"));
            let compiles = |word: &str| COMPILING.iter().any(|part| word.contains(part));
            let compiles = words().any(|word| compiles(word) || python(word));
            compiles || !lists && !is_install(command) && !is_of_wheels(install, command)
        }),
        _ => false,
    }
}

/// Whether a command only keeps files, users and settings, and writes the name of none of the tools.
fn keeps_files(install: &Install<'_, '_>, command: &Command<'_>) -> bool {
    let text = command.text(install.build.dockerfile);
    let programs = programs(install);
    let part = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
    let mut words = text.split(|c| !part(c));
    let removes = command.program_name() == Some("rm") && text.contains(" -");
    command.program_name().is_some_and(|name| KEEPERS.contains(&name))
        && (removes || !text.split_whitespace().any(is_of_packages))
        && !text.contains('`')
        && !words.any(|word| programs.iter().any(|program| program == word))
}

/// Whether a path may lead to what packages bring.
pub(super) fn is_of_packages(word: &str) -> bool {
    const OTHERS: &[&str] = &["/usr/local", "/usr/share/nginx", "/usr/src"];
    const FOLDERS: &[&str] = &["/usr", "/lib", "/bin", "/sbin", "/etc/perl", "/*", "/var/lib/dpkg"];
    let word = word.rsplit(['"', '\'', '=']).find(|part| !part.is_empty()).unwrap_or_default();
    FOLDERS.iter().any(|folder| word.starts_with(folder))
        && !OTHERS.iter().any(|folder| word.starts_with(folder))
}

/// Whether a command runs a source of the project.
fn runs_source(context: &BuildContext, command: &Command<'_>) -> bool {
    let mut words = command.words.iter().map(|word| word.as_deref().unwrap_or("$"));
    let program = words.next().unwrap_or_default();
    let Some(file) = words.next() else { return false };
    let own = |path: &str| path == file || path.ends_with(&format!("/{}", name_of(file)));
    let known = context.entries().any(|(path, _)| own(path) && context.text(path).is_some());
    RUNNERS.contains(&program) && known
}

/// Whether a call asks pip of a distribution for nothing but wheels.
pub(super) fn is_of_wheels<'t>(install: &Install<'_, 't>, command: &Command<'t>) -> bool {
    let image = install.stage.image.as_deref();
    let image = image.filter(|image| matches!(library_name(image), Some("debian" | "ubuntu")));
    let python = image.and_then(suite_of_image).and_then(python_of_suite);
    command.manager.is_some_and(|manager| manager.name == "pip")
        && python.is_some_and(|python| {
            takes_wheels(install.facts, install.build, install.stage, python, command)
        })
}
