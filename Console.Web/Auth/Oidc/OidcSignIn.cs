using ConsoleWeb.Options;
using Microsoft.AspNetCore.Authentication;

namespace ConsoleWeb.Auth.Oidc;

/// <summary>The way from the sign-in page to the provider.</summary>
internal sealed partial class OidcSignIn(OidcProvider provider, ILogger<OidcSignIn> logger)
{
    public const string Scheme = "oidc";
    public const string Path = "/login/oidc";
    public const string CallbackPath = "/login/oidc/callback";

    /// <summary>Item of a challenge after which the provider must ask who it is, although it may know.</summary>
    public const string AskItem = "gatehouse.ask";

    public async Task BeginAsync(HttpContext http, string? returnUrl, bool ask)
    {
        var properties = new AuthenticationProperties { RedirectUri = SignInService.LocalUrl(returnUrl) };
        if (ask)
        {
            properties.Items[AskItem] = "";
        }

        try
        {
            await http.ChallengeAsync(Scheme, properties);
        }
        catch (Exception exception) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            LogNotBegun(logger, provider.Options!.Authority, Describe(exception));
            OidcEvents.ToLogin(http, IsUnreachable(exception) ? SignInReasons.Unreachable : SignInReasons.Failed, returnUrl);
        }
    }

    /// <summary>The messages of an exception and its causes; none of them holds a token or a secret.</summary>
    public static string Describe(Exception exception)
    {
        // The library writes whole causes, stack trace included, into some of its messages; the causes follow here anyway.
        var messages = Chain(exception).Select(e => e.Message).Distinct().ToList();
        var brief = messages.FindAll(m => !m.Contains("Exception: '", StringComparison.Ordinal));
        return string.Join(" <- ", brief.Count > 0 ? brief : messages);
    }

    public static bool IsUnreachable(Exception exception) => Chain(exception).Any(e => e is HttpRequestException or IOException or TaskCanceledException);

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            yield return e;
        }
    }

    [LoggerMessage(EventId = 6031, Level = LogLevel.Warning, Message = "A sign-in through {Authority} could not begin: {Reason}")]
    private static partial void LogNotBegun(ILogger logger, Uri authority, string reason);
}

/// <summary>The provider that is set up.</summary>
/// <param name="Options">Null: none.</param>
internal sealed record OidcProvider(OidcOptions? Options);
