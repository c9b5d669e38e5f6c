namespace Bascule.Lab.Reports;

/// <summary>The colours of the picture, light and dark.</summary>
internal static class ChartStyle
{
    /// <summary>A style element for an SVG. Class names are scoped by the picture's own root, so that it can stand in a page.</summary>
    public const string Css =
        """
        <style>
        svg{--paper:#fff;--ink:#1f2328;--quiet:#656d76;--rule:#d8dee4;--stable:#8ab574;--canary:#e5b74d;--other:#a8b1bb;--failed:#cf3f36;--asked:#3b4754;--relief:#3d7d2a}
        @media(prefers-color-scheme:dark){svg{--paper:#1b1d21;--ink:#e6e8eb;--quiet:#9aa4af;--rule:#363b42;--stable:#85b06f;--canary:#e0b350;--other:#6b7683;--failed:#f0655b;--asked:#eef1f4;--relief:#9ccf86}}
        .paper{fill:var(--paper)}text{fill:var(--ink)}.heading{font-size:17px;font-weight:600}
        text.quiet{fill:var(--quiet)}text.strong{font-weight:600}text.alarm{fill:var(--failed);font-weight:600}text.relief{fill:var(--relief);font-weight:600}
        .grid{stroke:var(--rule);stroke-width:1}.tick{stroke:var(--quiet)}
        .stable{fill:var(--stable)}.canary{fill:var(--canary)}.other{fill:var(--other)}.failed{fill:var(--failed)}
        .asked{fill:none;stroke:var(--asked);stroke-width:1.8;stroke-linejoin:round;opacity:.85}
        .flag{stroke:var(--quiet);stroke-dasharray:2 4;opacity:.8}.flag.strong{stroke:var(--ink);stroke-dasharray:none;opacity:.55}
        .good{fill:var(--relief)}.bad{fill:var(--failed)}
        </style>
        """;

    /// <summary>The addition for a picture with copies of requests.</summary>
    public const string Copies = "<style>.copies{fill:none;stroke:var(--canary);stroke-width:3;stroke-dasharray:7 5}</style>";

    /// <summary>The addition for a picture with requests that nobody answered.</summary>
    public const string Unanswered = "<style>.down{fill:var(--failed);opacity:.28}</style>";
}
