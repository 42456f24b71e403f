using ConsoleWeb.Options;
using Gateway.Core.Secrets;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace ConsoleWeb.Auth.Oidc;

/// <summary>Says at the start what would fail at the first sign-in. The console starts all the same: passwords still work.</summary>
internal sealed partial class OidcCheck(OidcOptions options, IOptionsMonitor<OpenIdConnectOptions> schemes, ISecretResolver secrets, ILogger<OidcCheck> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.ClientSecret is not null && OidcServices.Secret(options, secrets) is null)
        {
            LogNoSecret(logger);
        }

        try
        {
            await schemes.Get(OidcSignIn.Scheme).ConfigurationManager!.GetConfigurationAsync(stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            LogUnreachable(logger, options.Authority, OidcSignIn.Describe(exception));
        }
    }

    [LoggerMessage(EventId = 6032, Level = LogLevel.Error, Message = "Gateway__Console__Oidc__ClientSecret: its reference leads nowhere; make the secret readable for the vault it names and restart")]
    private static partial void LogNoSecret(ILogger logger);

    [LoggerMessage(EventId = 6033, Level = LogLevel.Warning, Message = "Gateway__Console__Oidc__Authority: the metadata of {Authority} cannot be read; check the address, and that this machine reaches it: {Reason}")]
    private static partial void LogUnreachable(ILogger logger, Uri authority, string reason);
}
