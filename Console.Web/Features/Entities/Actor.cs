namespace ConsoleWeb.Features.Entities;

/// <summary>Who does something, and through which door.</summary>
/// <param name="Name">User name or token name.</param>
/// <param name="Source"><c>console</c>, <c>admin-api</c>, <c>deck</c>, <c>command-line</c>.</param>
/// <param name="MaySeeSecrets">Whether secrets are shown in clear; else they are masked.</param>
/// <param name="MayWrite">Whether configuration may be changed.</param>
internal sealed record Actor(string Name, string Source, bool MaySeeSecrets, bool MayWrite)
{
    /// <summary>Null: no token was used.</summary>
    public Guid? TokenId { get; init; }

    /// <summary>Network address of the caller; null: not known.</summary>
    public string? Address { get; init; }

    /// <summary>Whoever runs a word of the command line beside the data may do everything already.</summary>
    public static Actor CommandLine { get; } = new("command line", "command-line", true, true);

    /// <summary>The product itself, at start.</summary>
    public static Actor System { get; } = new("gatehouse", "system", true, true);

    /// <summary>Somebody whose rights were looked at elsewhere and who is only named.</summary>
    public static Actor Named(string name, string source) => new(name, source, MaySeeSecrets: false, MayWrite: false);
}
