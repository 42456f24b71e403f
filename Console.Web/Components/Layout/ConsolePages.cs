using ConsoleWeb.Components.Controls;

namespace ConsoleWeb.Components.Layout;

/// <summary>A place in the console: what the menu, the palette and the go-to keys lead to.</summary>
/// <param name="Key">Goes there after <c>g</c>; null: no key.</param>
/// <param name="Words">Other words that people may look for.</param>
internal sealed record ConsolePage(string Href, string Title, string Glyph, char? Key = null, string Words = "");

/// <summary>The pages of the menu in its order, under their headings.</summary>
internal static class ConsolePages
{
    public static IReadOnlyList<(string? Title, IReadOnlyList<ConsolePage> Pages)> Groups { get; } =
    [
        (null,
        [
            new("/", "Overview", Glyphs.Overview, 'o', "home dashboard start"),
            new("/connect", "Connect an agent", Glyphs.Plug, 'n', "client sdk set up"),
        ]),
        ("Traffic",
        [
            new("/logs", "Requests", Glyphs.Requests, 'l', "log logs live tail traffic calls"),
            new("/sessions", "Sessions", Glyphs.Sessions, 'e', "conversations agents"),
            new("/logs/files", "Log files", Glyphs.LogFile, 'f', "file-log json lines tail"),
            new("/analytics", "Analytics", Glyphs.Chart, 'a', "usage tokens cost charts latency"),
        ]),
        ("Gateway",
        [
            new("/services", "Services", Glyphs.Services, 's', "upstream url"),
            new("/routes", "Routes", Glyphs.Routes, 'r', "paths hosts"),
            new("/plugins", "Plugins", Glyphs.Plugins, 'p'),
            new("/consumers", "Consumers", Glyphs.Person, 'c', "people clients credentials"),
            new("/consumer-groups", "Consumer groups", Glyphs.Group),
            new("/upstreams", "Upstreams", Glyphs.Upstreams, 'u', "targets load balancing health"),
        ]),
        ("AI",
        [
            new("/keys", "Provider keys", Glyphs.Key, 'k', "api key openai anthropic secret"),
            new("/models", "Models & prices", Glyphs.Price, 'm', "cost"),
        ]),
        ("Shared",
        [
            new("/vaults", "Vaults", Glyphs.Vault, Words: "secrets references"),
            new("/certificates", "Certificates", Glyphs.Certificate, Words: "tls sni"),
            new("/signing-keys", "Keys", Glyphs.SigningKey, Words: "jwk pem key sets"),
            new("/partials", "Partials", Glyphs.Partial, Words: "redis"),
        ]),
        ("Configuration",
        [
            new("/config", "Import / export", Glyphs.Import, 'i', "deck yaml json state file sync apply dump"),
            new("/history", "History", Glyphs.History, 'h', "versions undo restore diff"),
        ]),
        ("Access",
        [
            new("/tokens", "Tokens", Glyphs.Token, 't', "personal access token deck cli"),
            new("/users", "Users", Glyphs.Users, Words: "people roles invite"),
            new("/audit", "Audit log", Glyphs.Audit, Words: "who changed what"),
        ]),
        ("Product", [new("/settings", "Settings", Glyphs.Settings, Words: "health data retention redaction backup listeners")]),
        ("Help", [new("/reference", "API reference", Glyphs.Book, Words: "admin api openapi curl")]),
    ];

    public static IReadOnlyList<ConsolePage> All { get; } = [.. Groups.SelectMany(g => g.Pages)];
}
