using ConsoleWeb.Components.Controls;
using ConsoleWeb.Components.Layout;
using ConsoleWeb.Components.Pages.Entities;
using ConsoleWeb.Features;
using ConsoleWeb.Features.Connect;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Search;

/// <summary>What can be done from anywhere, and the pages.</summary>
internal static class PaletteActions
{
    public const string Go = "Go to", Do = "Actions", New = "New";

    private const int PageWeight = 60, ActionWeight = 30;

    public static IReadOnlyList<PaletteItem> Pages { get; } =
    [
        .. ConsolePages.All.Select(page => new PaletteItem(Go, page.Title, "", page.Glyph, page.Href)
        {
            Keys = page.Key is { } key ? $"g {key}" : null,
            Words = page.Words,
            Weight = IsBelowAnother(page) ? PageWeight - 150 : PageWeight,
        }),
        new(Go, "My account", "", Glyphs.Person, "/account") { Words = "change password profile", Weight = PageWeight },
    ];

    /// <summary>What a person with these rights may make.</summary>
    /// <param name="isAdmin">Whether users may be invited.</param>
    public static IEnumerable<PaletteItem> Creations(bool canEdit, bool isAdmin)
    {
        if (canEdit)
        {
            foreach (var preset in AgentPreset.All)
            {
                yield return new(Do, preset.Id == AgentPreset.OtherId ? "Connect another client" : $"Connect {preset.Title}", "", Glyphs.Plug, $"/connect/{preset.Id}") { Words = "agent set up route key", Weight = ActionWeight };
            }

            yield return new(New, "New provider key", "", Glyphs.Key, "/keys/new") { Words = "add create api key openai anthropic", Weight = PageWeight };
            foreach (var kind in EntityTexts.Pages)
            {
                yield return new(New, $"New {EntityTexts.One(kind)}", "", GlyphOf(kind), $"{EntityTexts.Href(kind)}/new") { Words = "add create", Weight = ActionWeight };
            }
        }

        yield return new(New, "New token", "", Glyphs.Token, "/tokens?new=true") { Words = "add create personal access deck cli", Weight = ActionWeight };
        if (isAdmin)
        {
            yield return new(New, "Invite a user", "", Glyphs.Users, "/users?new=true") { Words = "add create person", Weight = ActionWeight };
        }
    }

    public static IEnumerable<PaletteItem> OfPlugins(PluginCatalog plugins) =>
        from plugin in plugins.Plugins
        let info = PluginInfo.Of(plugin.Name)
        orderby info.Title
        select new PaletteItem(New, $"New {info.Name} plugin", info.Summary, Glyphs.Plugins, $"/plugins/new/{info.Name}") { Words = "add create" };

    public static IReadOnlyList<PaletteItem> Everyday(ConsoleAddresses addresses) =>
    [
        new(Do, "Switch between light and dark", "", Glyphs.Moon, null) { Action = "theme", Words = "theme toggle colours night", Weight = ActionWeight },
        new(Do, "Copy the proxy URL", addresses.Proxy, Glyphs.Copy, null) { Action = "copy", Text = addresses.Proxy, Words = "address gateway base url", Weight = ActionWeight },
        new(Do, "Copy the Admin API URL", addresses.Admin, Glyphs.Copy, null) { Action = "copy", Text = addresses.Admin, Words = "address deck konnect addr", Weight = ActionWeight },
        new(Do, "Keyboard shortcuts", "", Glyphs.Help, null) { Action = "keys", Keys = "?", Words = "help keys", Weight = ActionWeight },
        new(Do, "Sign out", "", Glyphs.Close, null) { Action = "sign-out", Words = "log off leave", Weight = ActionWeight },
    ];

    public static string GlyphOf(EntityKind kind) =>
        ConsolePages.All.FirstOrDefault(page => page.Href == EntityTexts.Href(EntityTexts.Family(kind)[0]))?.Glyph ?? Glyphs.Services;
    /// <summary>Who types a word that fits both means the page above.</summary>
    private static bool IsBelowAnother(ConsolePage page) => ConsolePages.All.Any(other => other.Href != "/" && page.Href.StartsWith(other.Href + "/", StringComparison.Ordinal));

}
