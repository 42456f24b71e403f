using System.Text.RegularExpressions;
using ConsoleWeb.Features.Requests.Conversations;

namespace ConsoleWeb.Features.Sessions;

/// <summary>What the body of a turn says about its session.</summary>
/// <param name="Title">The first line of what the person said first.</param>
internal sealed partial record CallTexts(string? Title, string? Directory, string? Branch)
{
    private const int LongestTitle = 200;

    /// <param name="request">A logged body, from which the rules of redaction have taken what they should.</param>
    public static CallTexts Read(string request)
    {
        if (Conversation.Read(request, null) is not { } conversation)
        {
            return new(null, null, null);
        }

        var context = string.Join('\n', ContextOf(conversation));
        return new(
            TitleOf(conversation),
            Found(CodexDirectory().Match(context)) ?? Found(ClaudeDirectory().Match(context)),
            Found(BranchLine().Match(context)));
    }

    /// <summary>Name and version with which a program begins to call itself: <c>codex_cli_rs/0.169.0 (…)</c>.</summary>
    public static (string? Name, string? Version) ClientOf(string? userAgent) =>
        userAgent is not null && Product().Match(userAgent) is { Success: true } match ? (match.Groups[1].Value, match.Groups[2].Value) : (null, null);

    private static string? TitleOf(Conversation conversation) =>
        conversation.FirstWords?.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0) is not { } line ? null
            // Half of a character must not end it.
            : line.Length <= LongestTitle ? line : line[..(char.IsHighSurrogate(line[LongestTitle - 1]) ? LongestTitle - 1 : LongestTitle)];

    private static IEnumerable<string> ContextOf(Conversation conversation) =>
        conversation.System.Concat(conversation.Turns.SelectMany(t => t.Parts.Where(p => p.Kind == PartKind.Context || t.Speaker == Speaker.System).Select(p => p.Text)));

    private static string? Found(Match match) => match.Success && match.Groups[1].Value.Trim() is { Length: > 0 } text ? text : null;

    [GeneratedRegex(@"\A([A-Za-z][A-Za-z0-9_.\-]{0,40})/([0-9][0-9A-Za-z.\-]{0,40})", RegexOptions.CultureInvariant)]
    private static partial Regex Product();

    [GeneratedRegex(@"<cwd>([^<\n]{1,1000})</cwd>", RegexOptions.CultureInvariant)]
    private static partial Regex CodexDirectory();

    [GeneratedRegex(@"[Ww]orking directory: ([^\n]{1,1000})", RegexOptions.CultureInvariant)]
    private static partial Regex ClaudeDirectory();

    [GeneratedRegex(@"^Current branch: ([^\n]{1,250})", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex BranchLine();
}
