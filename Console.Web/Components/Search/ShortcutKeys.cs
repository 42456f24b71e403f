using ConsoleWeb.Components.Layout;

namespace ConsoleWeb.Components.Search;

/// <summary>The keys of the console, for the sheet that lists them. What they do is in <c>js/keys.js</c> and <c>js/gatehouse.js</c>.</summary>
internal static class ShortcutKeys
{
    public static IReadOnlyList<(string Title, IReadOnlyList<(string Keys, string Does)> Keys)> Groups { get; } =
    [
        ("Anywhere",
        [
            ("Ctrl K", "search pages, entities, ids and actions"),
            ("/", "put the cursor into the page’s filter, or search"),
            ("n", "new: what this page lists"),
            ("?", "this list"),
            ("Esc", "close what is on top"),
        ]),
        ("Requests",
        [
            ("j k", "next, previous; also ↓ ↑"),
            ("Enter", "open"),
            ("x", "pick for a comparison"),
            ("Space", "pause and resume"),
        ]),
        ("Forms",
        [
            ("Ctrl S", "save"),
            ("Ctrl Enter", "send, run, create"),
        ]),
        ("Go to", [.. ConsolePages.All.Where(p => p.Key is not null).Select(p => ($"g {p.Key}", p.Title))]),
    ];
}
