//! Recognises templates: texts that become a Dockerfile only when another program has filled them in.
//!
//! Many signs of template languages are plain shell too, such as `docker inspect --format
//! '{{.Id}}'` or `sed 's/@NAME@/x/'`. So a placeholder counts only outside of quotes and of
//! here-documents, and a comment only where a preprocessor would read it.

/// The first thing in a text that only a template engine understands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its line, from 1.
    pub(super) line: usize,
    /// What it is, with an article.
    pub(super) what: &'static str,
}

const JINJA: &str = "a Jinja statement";
const BRACES: &str = "a `{{ }}` placeholder";
const ERB: &str = "an ERB tag";
const PERCENT: &str = "a `%%NAME%%` placeholder";
const AT: &str = "an `@NAME@` placeholder";
const M4: &str = "an m4 macro";
const CPP: &str = "a C preprocessor directive";

const JINJA_STATEMENTS: &[&str] = &[
    "block", "call", "elif", "else", "endblock", "endfor", "endif", "endmacro", "endraw", "endset",
    "extends", "filter", "for", "from", "if", "import", "include", "macro", "raw", "set", "with",
];

const M4_MACROS: &[&str] = &[
    "changecom(",
    "changequote(",
    "define(",
    "divert(",
    "esyscmd(",
    "ifdef(",
    "ifelse(",
    "include(",
    "m4_",
    "sinclude(",
    "syscmd(",
    "undefine(",
    "undivert(",
];

/// The first mark of a template in `text`.
pub(super) fn mark(text: &str) -> Option<Mark> {
    let mut reader = Reader { plain: !has_sign(text), ..Reader::default() };
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if let Some(what) = reader.read(line) {
            return Some(Mark { line: index + 1, what });
        }
        if !reader.continued {
            for end in std::mem::take(&mut reader.heredocs) {
                let mut rest = lines.clone();
                // What is never closed was no here-document but a shift, as in `$((1<<N))`.
                if rest.any(|(_, line)| line.trim() == end) {
                    lines = rest;
                }
            }
        }
    }
    None
}

/// What is known at the start of a line.
#[derive(Default)]
struct Reader<'t> {
    /// No line has a placeholder, or opens a here-document.
    plain: bool,
    /// The instruction above goes on here.
    continued: bool,
    /// The quote that is open.
    quote: Option<u8>,
    /// The words that end the here-documents of this instruction.
    heredocs: Vec<&'t str>,
}

impl<'t> Reader<'t> {
    fn read(&mut self, line: &'t str) -> Option<&'static str> {
        let trimmed = line.trim();
        if !self.plain && has_jinja_statement(trimmed) {
            return Some(JINJA);
        }
        if trimmed.starts_with('#') {
            return is_preprocessor_directive(line).then_some(CPP);
        }
        if !self.continued {
            self.quote = None;
            if let Some(what) = instead_of_an_instruction(trimmed) {
                return Some(what);
            }
        }
        let what = if self.plain { None } else { self.placeholder(trimmed) };
        // A blank or comment line does not end a continued instruction.
        if !trimmed.is_empty() {
            self.continued = trimmed.ends_with(['\\', '`']);
        }
        what
    }

    /// The first placeholder outside of quotes.
    fn placeholder(&mut self, line: &'t str) -> Option<&'static str> {
        let bytes = line.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            match (self.quote, byte) {
                (Some(b'\''), b'\\') => {}
                (_, b'\\') => at += 1,
                (None, b'"' | b'\'') => self.quote = Some(byte),
                (Some(open), _) if open == byte => self.quote = None,
                (None, b'{' | b'<' | b'%' | b'@') => {
                    if let Some(what) = placeholder_at(line, at) {
                        return Some(what);
                    }
                    self.heredocs.extend(heredoc_at(line, at));
                }
                _ => {}
            }
            at += 1;
        }
        None
    }
}

/// Whether a text has a sign that begins a placeholder, a statement or a here-document: most have none, and are not read further.
fn has_sign(text: &str) -> bool {
    let bytes = text.as_bytes();
    let followed = |at: usize, by: &[u8]| bytes.get(at + 1).is_some_and(|next| by.contains(next));
    memchr::memchr(b'@', bytes).is_some()
        || memchr::memchr3_iter(b'{', b'<', b'%', bytes).any(|at| match bytes[at] {
            b'{' => followed(at, b"{%"),
            b'<' => followed(at, b"<%"),
            _ => followed(at, b"%"),
        })
}

/// `{% if …`: the word keeps out `date +{%d%m}`.
fn has_jinja_statement(line: &str) -> bool {
    line.match_indices("{%").any(|(at, _)| {
        let inside = line[at + 2..].trim_start_matches(['-', '+']).trim_start();
        let word = inside.split(|sign: char| !sign.is_ascii_alphabetic()).next();
        word.is_some_and(|word| JINJA_STATEMENTS.contains(&word))
    })
}

fn is_preprocessor_directive(line: &str) -> bool {
    let Some(directive) = line.strip_prefix('#') else {
        return false;
    };
    let (word, rest) = directive.split_once(' ').unwrap_or((directive.trim_end(), ""));
    match word {
        "include" => rest.starts_with(['"', '<']),
        "if" => rest.starts_with("defined(") || rest.starts_with("!defined("),
        "ifdef" | "ifndef" | "define" => rest.starts_with(|sign: char| sign.is_ascii_uppercase()),
        "endif" => rest.is_empty(),
        _ => false,
    }
}

/// Where an instruction should start, only a template engine expects one of these.
fn instead_of_an_instruction(line: &str) -> Option<&'static str> {
    if line.starts_with("{{") || line.starts_with("{#") {
        Some(BRACES)
    } else if line.starts_with("<%") {
        Some(ERB)
    } else if line == "dnl" || line.starts_with("dnl ") || starts_with_any(line, M4_MACROS) {
        Some(M4)
    } else {
        None
    }
}

fn starts_with_any(line: &str, words: &[&str]) -> bool {
    words.iter().any(|word| line.starts_with(word))
}

fn placeholder_at(line: &str, at: usize) -> Option<&'static str> {
    let rest = &line[at..];
    if let Some(inside) = rest.strip_prefix("{{") {
        (is_braced(inside) && !is_format_argument(&line[..at])).then_some(BRACES)
    } else if rest.starts_with("<%=") || rest.starts_with("<%-") || rest.starts_with("<% ") {
        Some(ERB)
    } else if let Some(inside) = rest.strip_prefix("%%") {
        is_name_before(inside, "%%").then_some(PERCENT)
    } else if let Some(inside) = rest.strip_prefix('@') {
        is_name_before(inside, "@").then_some(AT)
    } else {
        None
    }
}

/// Something that could be a variable, and no list for the shell as in `{{lib,share}/doc,man}`.
fn is_braced(inside: &str) -> bool {
    let Some((inside, _)) = inside.split_once("}}") else {
        return false;
    };
    let inside = inside.trim_start_matches('-').trim_start();
    inside.starts_with(|sign: char| sign.is_ascii_alphabetic() || "._$\"'".contains(sign))
        && !inside.contains(['{', '}'])
        && (!inside.contains(',') || inside.contains(' '))
}

/// `docker inspect -f {{.Id}}` and its like write Go templates for another program.
fn is_format_argument(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '=']);
    let word = before.rsplit(char::is_whitespace).next();
    word.is_some_and(|word| matches!(word, "-f" | "--format" | "--template"))
}

fn is_name_before(inside: &str, end: &str) -> bool {
    inside.split_once(end).is_some_and(|(name, _)| {
        name.starts_with(|sign: char| sign.is_ascii_uppercase())
            && name.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
    })
}

/// The word behind `<<` that ends a here-document.
fn heredoc_at(line: &str, at: usize) -> Option<&str> {
    let rest = line[at..].strip_prefix("<<")?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
    let end = rest.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
    let word = &rest[..end.unwrap_or(rest.len())];
    (!word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        for (text, line, what) in [
            ("{% if debug %}\nFROM debian\n", 1, JINJA),
            ("FROM debian\nRUN a \\\n  {%- for p in packages %}\n", 3, JINJA),
            ("FROM debian\n# {% endif %}\n", 2, JINJA),
            ("FROM {{ image }}\n", 1, BRACES),
            ("FROM debian:{{version}}\n", 1, BRACES),
            ("{{ if .Debug }}\nRUN true\n", 1, BRACES),
            ("FROM debian\nCMD gunicorn {{ project_name }}.wsgi -b 0.0.0.0:80\n", 2, BRACES),
            ("FROM debian\nCOPY {{ join(a, b) }} /x\n", 2, BRACES),
            ("<% if @debug %>\nFROM debian\n", 1, ERB),
            ("FROM debian:<%= version %>\n", 1, ERB),
            ("FROM balenalib/%%BALENA_MACHINE_NAME%%-node\n", 1, PERCENT),
            ("FROM jetbrains/upsource:@VERSION@\n", 1, AT),
            ("FROM debian\n@@EXTENSIONS@@\nRUN true\n", 2, AT),
            ("include(`base.m4')\nFROM debian\n", 1, M4),
            ("dnl a comment\nFROM debian\n", 1, M4),
            ("m4_define(`x', `y')\n", 1, M4),
            ("#include \"common.Dockerfile\"\n", 1, CPP),
            ("FROM debian\n#ifdef ARCH_I386\nRUN true\n#endif\n", 2, CPP),
        ] {
            assert_eq!(mark(text), Some(Mark { line, what }), "{text}");
        }
    }

    #[test]
    fn plain_dockerfiles() {
        for text in [
            "FROM debian\nRUN docker inspect --format '{{.Id}}' x\n",
            "FROM debian\nRUN docker inspect --format {{.State.Pid}} x\n",
            "FROM debian\nRUN go list -f={{.Dir}} x\n",
            "FROM debian\nRUN sed -i \"s/{{USERNAME}}/$USERNAME/;s/{{TEAM}}/$TEAM/\" config.xml\n",
            "FROM debian\nRUN sed -i \\\n  's/@VERSION@/1/' \\\n  \"s/%%HOME%%/x/\" file\n",
            "FROM debian\nRUN rm -rf /usr/{{lib,share}/locale,share/{man,doc}}\n",
            "FROM debian\nRUN echo 'export PS1=\"[\\D{%d%m%y}]\"' >>.bashrc\n",
            "FROM debian\nENV SSH_PATH=/tmp/ssh-%%h-%%p-%%r\n",
            "FROM debian\nRUN git log --format='%aN <%aE>'\n",
            "FROM debian\nRUN cat <<'EOF' >x.j2\n{% if a %}\n{{ b }}\nEOF\nRUN true\n",
            "FROM debian\n# run `docker inspect {{.Id}}` to see it\nRUN true\n",
            "FROM debian\n#if adding new dependencies, copy the pom\n#include them all\n#include(off.m4)\n",
            "FROM debian\nRUN git clone git@example.com:A/B.git && echo root@HOST\n",
            "",
        ] {
            assert_eq!(mark(text), None, "{text}");
        }
    }

    #[test]
    fn a_shift_opens_no_heredoc() {
        let text = "FROM debian\nRUN echo $((1<<N))\nFROM {{ image }}\n";
        assert_eq!(mark(text), Some(Mark { line: 3, what: BRACES }));
    }
}
