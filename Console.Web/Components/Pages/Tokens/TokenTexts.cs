using ConsoleWeb.Auth;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Features;

namespace ConsoleWeb.Components.Pages.Tokens;

/// <summary>What the tokens page says about scopes and states, and the lines that put a new token to use.</summary>
internal static class TokenTexts
{
    public static readonly IReadOnlyList<(string Name, IReadOnlyList<string> Scopes)> Presets =
    [
        ("decK and scripts", TokenScopes.ForDeck),
        ("Read only", [TokenScopes.ConfigRead, TokenScopes.LogsRead]),
        ("Log reader", [TokenScopes.LogsRead]),
    ];

    /// <summary>Days until the end; 0: never.</summary>
    public static readonly IReadOnlyList<(int Days, string Text)> Lifetimes =
        [(7, "7 days"), (30, "30 days"), (60, "60 days"), (90, "90 days"), (365, "1 year"), (0, "never")];

    public static string Of(string scope) => scope switch
    {
        TokenScopes.ConfigRead => "Read services, routes, plugins and their settings",
        TokenScopes.ConfigWrite => "Create, change and delete them",
        TokenScopes.SecretsRead => "See stored keys in clear; decK compares them",
        TokenScopes.LogsRead => "Read request records and follow them live",
        TokenScopes.PayloadsRead => "Read stored prompts and answers",
        TokenScopes.LogsReplay => "Send recorded requests again, at the cost of new ones",
        TokenScopes.LogsStop => "Stop requests while they run",
        _ => "Everything, tokens and users included",
    };

    public static string Expiry(TokenRow token, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (token.ExpiresAt is not { } end)
        {
            return "never";
        }

        var day = TimeZoneInfo.ConvertTime(end, zone).ToString("d MMM yyyy", System.Globalization.CultureInfo.InvariantCulture);
        var left = end - now;
        return left <= TimeSpan.Zero ? $"expired {day}"
            : left < TimeSpan.FromDays(1) ? $"{day}, less than a day left"
            : left < TimeSpan.FromDays(7) ? $"{day}, {(int)left.TotalDays} {((int)left.TotalDays == 1 ? "day" : "days")} left"
            : day;
    }

    public static bool EndsSoon(TokenRow token, DateTimeOffset now) => token.ExpiresAt is { } end && end > now && end - now < TimeSpan.FromDays(7);

    public static string LastUse(TokenRow token, DateTimeOffset now, TimeZoneInfo zone) => token.LastUsedAt is { } at
        ? Formats.Relative(at, now, zone) + (token.LastUsedFrom is { Length: > 0 } from ? $", {from}" : "")
        : "never";

    public static string Bash(ConsoleAddresses addresses, string token) => $"""
        export GATEHOUSE_CONSOLE_URL='{addresses.Console}'
        export KONNECT_TOKEN='{token}'
        export DECK_KONNECT_TOKEN=$KONNECT_TOKEN
        export DECK_KONNECT_CONTROL_PLANE_NAME=quickstart
        export DECK_KONNECT_ADDR='{addresses.Admin}'
        export KONNECT_CONTROL_PLANE_URL='{addresses.Admin}'
        export KONNECT_PROXY_URL='{addresses.Proxy}'
        """;

    public static string PowerShell(ConsoleAddresses addresses, string token) => $"""
        $env:GATEHOUSE_CONSOLE_URL = '{addresses.Console}'
        $env:KONNECT_TOKEN = '{token}'
        $env:DECK_KONNECT_TOKEN = $env:KONNECT_TOKEN
        $env:DECK_KONNECT_CONTROL_PLANE_NAME = 'quickstart'
        $env:DECK_KONNECT_ADDR = '{addresses.Admin}'
        $env:KONNECT_CONTROL_PLANE_URL = '{addresses.Admin}'
        $env:KONNECT_PROXY_URL = '{addresses.Proxy}'
        """;

    public static string Curl(ConsoleAddresses addresses, string token) =>
        $"curl {addresses.Admin}/services \\\n  -H 'Authorization: Bearer {token}'";
}
