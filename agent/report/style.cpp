#include "agent/report/style.h"

namespace insight::report {

// Colours keep a contrast of at least 4.5:1 for text (WCAG 2.1 AA) in both schemes.
std::string_view style_sheet() {
    // ::details-content opens the block that a link points to, and all of them in print, without a
    // script; where a browser does not know it they stay closed.
    return R"css(
:root{color-scheme:light dark;--bg:#f7f7f5;--paper:#fff;--ink:#1c2328;--soft:#566069;--line:#e1e4e6;
--link:#1f56a8;--red:#b1271b;--amber:#875700;--green:#1a6b3b;--curve:#2b5fb0;--band:#dfe8f5;--incident:#fcefdc;
--code:#f1f2f1}
@media (prefers-color-scheme:dark){:root{--bg:#13171a;--paper:#1a1f23;--ink:#e4e8eb;--soft:#9ba6af;--line:#2f363c;
--link:#8db8fa;--red:#ff8f83;--amber:#f0bd66;--green:#7fd0a0;--curve:#8db8fa;--band:#27364a;--incident:#33291a;
--code:#20262b}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,
"Noto Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.bar{max-width:76rem;margin:0 auto;padding:.9rem 1.5rem;display:flex;gap:1.25rem;align-items:baseline;font-size:.9rem}
.bar strong{font-weight:650;letter-spacing:-.01em}.bar .end{margin-left:auto}
main{max-width:76rem;margin:0 auto;padding:.5rem 1.5rem 3rem}
h1{font-size:1.6rem;line-height:1.25;letter-spacing:-.015em;margin:.2rem 0 .35rem;font-weight:650}
h2{font-size:1.05rem;margin:0 0 .7rem;font-weight:650;letter-spacing:-.005em}
h3{font-size:.95rem;margin:1.4rem 0 .35rem;font-weight:600}
p{margin:.4rem 0}.soft,.facts{color:var(--soft)}.facts{font-size:.9rem;margin:0 0 1.3rem}
.facts span+span::before{content:"\00b7";margin:0 .5em}
section{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:1.25rem 1.4rem;margin:0 0 1.1rem}
.verdict{border-left:5px solid var(--soft);padding:1.15rem 1.4rem}
.verdict.cause,.verdict.several{border-left-color:var(--red)}.verdict.nothing_wrong{border-left-color:var(--green)}
.verdict.not_enough_evidence{border-left-color:var(--amber)}
.verdict .line{display:flex;flex-wrap:wrap;gap:.4rem 1.3rem;align-items:center;margin:0 0 .4rem}
.verdict b{font-size:1.05rem;font-weight:650}
.cause>.line>b,.several>.line>b{color:var(--red)}.nothing_wrong>.line>b{color:var(--green)}
.not_enough_evidence>.line>b{color:var(--amber)}
.verdict .summary{font-size:1.14rem;line-height:1.5;margin:0;max-width:62rem}
.meter{vertical-align:middle;margin-right:.5rem}.meter rect:first-child{fill:var(--line)}.meter rect+rect{fill:currentColor}
.pill{display:inline-block;border:1px solid currentColor;border-radius:99px;padding:0 .6rem;font-size:.82rem;
line-height:1.5;white-space:nowrap;color:var(--soft)}
.pill.critical,.pill.failed,.pill.firing{color:var(--red)}.pill.warning,.pill.open{color:var(--amber)}
.pill.resolved,.pill.answered{color:var(--green)}
.columns{display:grid;grid-template-columns:minmax(0,1.85fr) minmax(0,1fr);gap:1.1rem;align-items:start}
.statement{font-size:1.04rem;margin:.1rem 0 .6rem}
.cite{font-size:.78rem;font-weight:600;border:1px solid var(--line);border-radius:5px;padding:0 .32rem;margin-left:.1rem;
white-space:nowrap}
.tags{color:var(--soft);font-size:.9rem;margin:-.45rem 0 .7rem}
.list{list-style:none;margin:0;padding:0}.list>li{padding:.35rem 0}.list>li+li{border-top:1px solid var(--line)}
ol.steps{margin:0;padding-left:1.25rem}ol.steps li{padding:.2rem 0 .35rem}ol.steps li::marker{color:var(--soft);font-weight:600}
pre{margin:.5rem 0 0;background:var(--code);border-radius:7px;padding:.6rem .8rem;font:.84rem/1.5 ui-monospace,
SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-x:auto;white-space:pre}
.command{white-space:pre-wrap}code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.diff i{font-style:normal}.diff .add{color:var(--green)}.diff .del{color:var(--red)}.diff .at{color:var(--soft)}
.scroll{overflow-x:auto;margin-top:.6rem}.scroll:first-child{margin-top:0}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th{text-align:left;white-space:nowrap;font-weight:600;color:var(--soft);font-size:.82rem}
th,td{padding:.38rem .8rem .38rem 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}td.when{white-space:nowrap}td.number{text-align:right;white-space:nowrap}
.rows td{font-size:.84rem;min-width:3.5rem;max-width:26rem}.recovered{color:var(--soft)}
.chart{margin:.9rem 0 0}.chart h3{margin:0 0 .2rem}
.plot{display:flex}.plot .axis{flex:none}.plot .area{flex:1;width:100%;min-width:0;overflow:visible}
figcaption{color:var(--soft);font-size:.82rem;padding-left:72px}
.plot text{fill:var(--soft);font-size:12px}.stretch{overflow:visible}
.line path,path.line{fill:none;stroke:var(--curve);stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round;
vector-effect:non-scaling-stroke}
.grid{stroke:var(--line)}.tick{stroke:var(--soft)}rect.band{fill:var(--band)}rect.incident{fill:var(--incident)}
line.change{stroke:var(--soft);stroke-dasharray:4 3}text.change{fill:var(--ink)}text.change,text.onset{paint-order:stroke;stroke:var(--paper);stroke-width:4px}
line.onset{stroke:var(--red);stroke-width:1.5}text.onset{fill:var(--red);font-weight:600}
.key{display:inline-block;width:.9em;height:.9em;border-radius:2px;vertical-align:-.1em;border:1px solid var(--line)}
.key.band{background:var(--band)}.key.incident{background:var(--incident)}
.strip{margin-bottom:.6rem}circle{stroke:var(--paper);stroke-width:2}circle.change{fill:var(--curve)}
circle.onset,circle.alert{fill:var(--red)}circle.alert{fill:var(--amber)}circle.recovery{fill:var(--green)}
details{border-top:1px solid var(--line)}details:first-of-type{border-top:0}
summary{cursor:pointer;padding:.55rem 0;display:flex;gap:.7rem;align-items:baseline;list-style:none}
summary::-webkit-details-marker{display:none}summary::after{content:"+";margin-left:auto;color:var(--soft);font-weight:600}
details[open]>summary::after{content:"\2212"}summary .id{font-weight:650;min-width:2rem;color:var(--link)}
.evidence summary{overflow-wrap:anywhere}summary .from{color:var(--soft);font-size:.86rem}.evidence .in{padding:0 0 1rem}
details:target{box-shadow:-.7rem 0 var(--paper),calc(-.7rem - 3px) 0 var(--link)}
details:target::details-content{content-visibility:visible}
details.why{border:0;margin-top:.9rem;font-size:.9rem}details.why summary{color:var(--soft);padding:.2rem 0}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15rem 1rem;margin:0 0 .5rem;font-size:.87rem}
:not(pre)>code{background:var(--code);border-radius:4px;padding:.05em .3em;font-size:.86em;overflow-wrap:anywhere}
dt{color:var(--soft)}dd{margin:0}dd code{font-size:.82rem}
footer{color:var(--soft);font-size:.85rem;margin-top:1.4rem}
.incidents td{padding-top:.65rem;padding-bottom:.65rem}.incidents a{font-weight:600}.incidents td:nth-child(2){overflow-wrap:anywhere;min-width:16rem}
.incidents small{display:block;color:var(--soft);font-size:.84rem;max-width:40rem}
.narrow{max-width:34rem;margin:12vh auto 0}
input,button{font:inherit;color:inherit;border-radius:7px;border:1px solid var(--line);padding:.5rem .75rem;background:var(--bg)}
input{width:100%}button{background:var(--link);border-color:var(--link);color:var(--paper);font-weight:600;cursor:pointer}
form.plain{display:inline}form.plain button{background:none;border:0;color:var(--link);padding:0;font-weight:400}
label{display:block;margin:.8rem 0 .3rem;font-weight:600;font-size:.9rem}.login button{margin-top:.9rem}
@media (max-width:60rem){.columns{grid-template-columns:minmax(0,1fr);gap:0}}
@media (max-width:40rem){.bar,main{padding-left:1rem;padding-right:1rem}section{padding:1rem}h1{font-size:1.3rem}
.verdict .summary{font-size:1.04rem}figcaption{padding-left:0}.plot text{font-size:11px}
.cards thead{position:absolute;left:-999rem}.cards tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--line)}
.cards td{display:block;border:0;padding:.1rem 0}.cards td[data-name]::before{content:attr(data-name) " ";color:var(--soft);
font-size:.84rem}.cards tr:last-child{border:0}.cards td:empty{display:none}td.number{text-align:left}}
@media print{:root{--bg:#fff}body{font-size:11pt}.bar,.meter{display:none}section{border:0;padding:0;break-inside:auto}
.verdict{border-left:3px solid;padding-left:.8rem}.columns{display:block}figure,tr,li{break-inside:avoid}
details::details-content{content-visibility:visible}pre{white-space:pre-wrap}a{color:inherit}}
)css";
}

}  // namespace insight::report
