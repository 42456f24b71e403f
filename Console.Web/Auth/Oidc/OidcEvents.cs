using ConsoleWeb.Options;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ConsoleWeb.Auth.Oidc;

/// <summary>What the console does at the stations of a sign-in through a provider.</summary>
internal sealed partial class OidcEvents : OpenIdConnectEvents
{
    private const string IssuerItem = "gatehouse.issuer";

    private readonly OidcOptions _options;
    private readonly ExternalAccounts _accounts;
    private readonly SignInService _signIn;
    private readonly ILogger<OidcEvents> _logger;

    public OidcEvents(OidcOptions options, ExternalAccounts accounts, SignInService signIn, ILogger<OidcEvents> logger)
    {
        (_options, _accounts, _signIn, _logger) = (options, accounts, signIn, logger);
        OnRedirectToIdentityProvider = RedirectAsync;
        OnTokenValidated = KeepIssuerAsync;
        OnTicketReceived = AdmitAsync;
        OnAccessDenied = DenyAsync;
        OnRemoteFailure = FailAsync;
    }

    public static void ToLogin(HttpContext http, string reason, string? returnUrl)
    {
        var url = QueryHelpers.AddQueryString("/login", "reason", reason);
        http.Response.Redirect(SignInService.LocalUrl(returnUrl) is { Length: > 1 } local ? QueryHelpers.AddQueryString(url, "returnUrl", local) : url);
    }

    private Task RedirectAsync(RedirectContext context)
    {
        if (_options.PublicUrl is { } url)
        {
            context.ProtocolMessage.RedirectUri = url.GetLeftPart(UriPartial.Authority) + context.Options.CallbackPath;
        }

        if (context.Properties.Items.ContainsKey(OidcSignIn.AskItem))
        {
            context.ProtocolMessage.Prompt = OpenIdConnectPrompt.Login;
        }

        return Task.CompletedTask;
    }

    private static Task KeepIssuerAsync(TokenValidatedContext context)
    {
        context.Properties!.Items[IssuerItem] = context.SecurityToken.Issuer;
        return Task.CompletedTask;
    }

    private async Task AdmitAsync(TicketReceivedContext context)
    {
        var http = context.HttpContext;
        context.HandleResponse();
        var issuer = context.Properties?.Items.TryGetValue(IssuerItem, out var item) == true ? item : null;
        if (ExternalIdentity.Read(context.Principal!, issuer, _options.RoleClaim) is not { } person)
        {
            LogFailed(_logger, _options.Authority, "the provider did not say who it is");
            ToLogin(http, SignInReasons.Failed, context.ReturnUri);
            return;
        }

        var admitted = await _accounts.AdmitAsync(person, FailedAttempts.Source(http.Connection.RemoteIpAddress), http.RequestAborted);
        if (admitted.IsError)
        {
            ToLogin(http, ((ExternalRefusal)admitted.Error).Reason, context.ReturnUri);
            return;
        }

        await _signIn.SignInAsync(admitted.Value, remember: false);
        await ContinuePage.WriteAsync(http.Response, SignInService.LocalUrl(context.ReturnUri), http.RequestAborted);
    }

    private static Task DenyAsync(AccessDeniedContext context)
    {
        context.HandleResponse();
        ToLogin(context.HttpContext, SignInReasons.Denied, context.Properties?.RedirectUri);
        return Task.CompletedTask;
    }

    private Task FailAsync(RemoteFailureContext context)
    {
        context.HandleResponse();
        var failure = context.Failure!;
        LogFailed(_logger, _options.Authority, OidcSignIn.Describe(failure));
        ToLogin(context.HttpContext, ReasonOf(failure), context.Properties?.RedirectUri);
        return Task.CompletedTask;
    }

    private static string ReasonOf(Exception failure) => failure switch
    {
        OpenIdConnectProtocolInvalidNonceException => SignInReasons.Stale,
        // The framework's own judgement of state and correlation; what the provider says arrives as the protocol's exception.
        AuthenticationFailureException => SignInReasons.Stale,
        _ when OidcSignIn.IsUnreachable(failure) => SignInReasons.Unreachable,
        _ => SignInReasons.Failed,
    };

    [LoggerMessage(EventId = 6030, Level = LogLevel.Warning, Message = "A sign-in through {Authority} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, Uri authority, string reason);
}
