namespace ConsoleWeb.Features.Entities;

/// <summary>Who does something, and through which door.</summary>
/// <param name="Name">User name or token name.</param>
/// <param name="Source"><c>console</c>, <c>admin-api</c>, <c>deck</c>, <c>command-line</c>.</param>
/// <param name="MaySeeSecrets">Whether secrets are shown in clear; else they are masked.</param>
/// <param name="MayWrite">Whether configuration may be changed.</param>
internal sealed record Actor(string Name, string Source, bool MaySeeSecrets, bool MayWrite)
{
    /// <summary>The product itself, at start.</summary>
    public static Actor System { get; } = new("gatehouse", "system", true, true);
}
