#include "rehearsal/page.h"

namespace crier::rehearsal {

/// Text has a contrast of 7:1 and more on what is behind it, marks of 3:1 (WCAG 2.2, 1.4.6 and
/// 1.4.11). Each network's colour stands in two shades, for light and for dark.
std::string_view page_style() {
  return R"(:root {
  color-scheme: light dark;
  --paper: #f1f0ec; --sheet: #ffffff; --ink: #1b1b1b; --quiet: #4a4a4a; --line: #c9c6bd;
  --link: #0b3d91; --warn-paper: #fff4d6; --warn-ink: #4d3800; --accent: #3d3d3d; --on-accent: #ffffff;
}
.mastodon { --accent: #4a32a8; } .bluesky { --accent: #00408f; } .x { --accent: #0f1419; }
.facebook { --accent: #0a4799; } .linkedin { --accent: #00447f; } .threads { --accent: #262626; }
.telegram { --accent: #00507a; } .webhook { --accent: #5a3a00; } .outbox { --accent: #1f4d2b; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14161a; --sheet: #1f2228; --ink: #f0efec; --quiet: #c3c3c3; --line: #4b5059;
    --link: #a9c7ff; --warn-paper: #3a2f10; --warn-ink: #ffe7ad; --accent: #d0d0d0; --on-accent: #14161a; }
  .mastodon { --accent: #c3b5ff; } .bluesky { --accent: #9cc9ff; } .x { --accent: #e7e9ea; }
  .facebook { --accent: #a8c8ff; } .linkedin { --accent: #a3d0fb; } .threads { --accent: #e0e0e0; }
  .telegram { --accent: #9bdcff; } .webhook { --accent: #f0cf9a; } .outbox { --accent: #a9dbb6; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.5 system-ui, "Noto Sans", "Segoe UI", sans-serif; }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 1rem 1.25rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: .5rem 0; }
a { color: var(--link); overflow-wrap: anywhere; }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
nav ul { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: 1rem 0 0; padding: 0; }
nav a { display: inline-block; padding: .35rem .8rem; border: 2px solid var(--accent); border-radius: 2rem;
  background: var(--sheet); color: var(--ink); text-decoration: none; }
nav a:hover { text-decoration: underline; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(21rem, 100%), 1fr)); gap: 1.5rem;
  align-items: start; }
section > h2 { font-size: 1.125rem; margin: 0 0 .5rem; padding: .5rem .8rem; border-radius: .5rem;
  background: var(--accent); color: var(--on-accent); }
section > h2 span { font-weight: 400; display: block; font-size: .9375rem; overflow-wrap: anywhere; }
.empty { background: var(--sheet); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; }
.nothing { color: var(--quiet); margin: .5rem .8rem; }
article { background: var(--sheet); border: 1px solid var(--line); border-radius: .75rem; padding: .9rem 1rem;
  margin: 0 0 1rem; }
.who { display: flex; gap: .7rem; align-items: center; margin: 0 0 .6rem; }
.face { flex: none; width: 2.75rem; height: 2.75rem; border-radius: 50%; background: var(--accent);
  color: var(--on-accent); display: grid; place-items: center; font-weight: 700; font-size: 1.125rem; }
.mastodon .face, .linkedin .face { border-radius: .5rem; }
.who h3 { font-size: 1rem; margin: 0; line-height: 1.3; overflow-wrap: anywhere; }
.who p { margin: 0; color: var(--quiet); font-size: .9375rem; overflow-wrap: anywhere; }
.text { white-space: pre-line; overflow-wrap: anywhere; margin: 0 0 .75rem; }
.telegram .text { border-inline-start: .25rem solid var(--accent); padding-inline-start: .75rem; }
.webhook .text { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .9375rem; }
.note { margin: 0 0 .6rem; color: var(--quiet); font-style: italic; }
.pictures { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(9rem, 100%), 1fr)); }
figure { margin: 0 0 .75rem; }
figure img, .card img { display: block; width: 100%; max-height: 20rem; object-fit: cover;
  border-radius: .5rem; background: var(--paper); border: 1px solid var(--line); }
figcaption { font-size: .9375rem; color: var(--quiet); margin-top: .25rem; overflow-wrap: anywhere; }
figcaption strong { color: var(--ink); }
.away { border: 2px dashed var(--line); border-radius: .5rem; padding: .75rem; overflow-wrap: anywhere; }
.card { border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; margin: 0 0 .75rem; }
.card img { border: 0; border-bottom: 1px solid var(--line); border-radius: 0; max-height: 13rem; }
.card div { padding: .6rem .8rem; }
.card p { margin: 0; font-size: .9375rem; overflow-wrap: anywhere; }
.card .host { color: var(--quiet); }
.card .title { font-weight: 700; font-size: 1rem; }
.facebook .card .host { text-transform: uppercase; letter-spacing: .03em; font-size: .8125rem; }
.facebook .card div, .linkedin .card div { background: var(--paper); }
.facts { margin: 0; padding: .6rem 0 0; border-top: 1px solid var(--line); color: var(--quiet);
  font-size: .9375rem; list-style: none; display: flex; flex-wrap: wrap; gap: .15rem 1.25rem; }
.gauge { display: block; width: 100%; height: .375rem; margin-top: .25rem; }
.gauge .all { fill: var(--line); } .gauge .used { fill: var(--accent); }
.facts .length { flex: 1 0 100%; }
.warnings { margin: .75rem 0 0; padding: .6rem .8rem; border-radius: .5rem; background: var(--warn-paper);
  color: var(--warn-ink); font-size: .9375rem; list-style: none; }
footer { color: var(--quiet); font-size: .9375rem; }
code { font: .9375em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
)";
}

}  // namespace crier::rehearsal
