namespace ConsoleWeb.Components.Search;

/// <summary>One line of the palette.</summary>
/// <param name="Group">Heading it stands under.</param>
/// <param name="Detail">What tells it from others of the same name.</param>
/// <param name="Href">Where it leads; null: it does something on this page.</param>
internal sealed record PaletteItem(string Group, string Title, string Detail, string Glyph, string? Href)
{
    /// <summary>What the page's script does: <c>theme</c>, <c>copy</c>, <c>keys</c>, <c>sign-out</c>. Null for a link.</summary>
    public string? Action { get; init; }

    /// <summary>What <c>copy</c> takes.</summary>
    public string? Text { get; init; }

    /// <summary>The keys that do the same.</summary>
    public string? Keys { get; init; }

    /// <summary>Other words that people may look for.</summary>
    public string Words { get; init; } = "";

    /// <summary>Added to the score: a page is meant more often than one of a thousand entities.</summary>
    public int Weight { get; init; }
}

/// <summary>Lines under one heading.</summary>
internal sealed record PaletteGroup(string Title, IReadOnlyList<PaletteItem> Items);
