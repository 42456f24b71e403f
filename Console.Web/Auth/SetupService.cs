using ConsoleWeb.Data.Entities;
using ConsoleWeb.Features;
using ConsoleWeb.Options;
using Gateway.Shared.Results;

namespace ConsoleWeb.Auth;

/// <summary>First run: announces the one-time link and lets its holder create the first administrator.</summary>
internal sealed partial class SetupService(
    AccountService accounts,
    SetupLink link,
    DataDirectory directory,
    ConsoleAddresses addresses,
    IConfiguration configuration,
    TimeProvider time,
    ILogger<SetupService> logger) : IDisposable
{
    /// <summary>Carries the secret from the link to the form, so that it leaves the address bar.</summary>
    public const string CookieName = "gatehouse-setup";

    internal const string UserKey = "Gateway:Console:AdminUser";
    internal const string PasswordKey = "Gateway:Console:AdminPassword";
    internal const string PasswordFileKey = "Gateway:Console:AdminPasswordFile";

    private volatile bool _isDone;
    private ITimer? _renewal;

    /// <summary>Whether an administrator exists. The store decides; once yes, it is not asked again.</summary>
    public async ValueTask<bool> IsDoneAsync(CancellationToken cancellationToken)
    {
        if (!_isDone && await accounts.AnyAsync(cancellationToken))
        {
            Finish();
        }

        return _isDone;
    }

    /// <summary>Whether this browser came by a valid link.</summary>
    public bool IsOpenTo(HttpContext http) => !_isDone && link.Check(http.Request.Cookies[CookieName], isTry: false);

    /// <summary>Accepts the secret of a link.</summary>
    /// <returns>Whether it is right; then the browser holds it in a cookie for the form.</returns>
    public bool Accept(HttpContext http, string secret)
    {
        if (!link.Check(secret, isTry: true))
        {
            return false;
        }

        http.Response.Cookies.Append(CookieName, secret, new CookieOptions
        {
            HttpOnly = true,
            Secure = http.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            Path = "/setup",
            MaxAge = SetupLink.Lifetime,
        });
        return true;
    }

    /// <summary>Creates the first administrator for the browser that came by the link; the link ends with it.</summary>
    public async Task<Result<GatehouseUser>> CreateAdministratorAsync(HttpContext http, string userName, string? displayName, string password, CancellationToken cancellationToken)
    {
        if (await IsDoneAsync(cancellationToken))
        {
            return new SetupIsDone();
        }

        if (!IsOpenTo(http))
        {
            return new SetupLinkInvalid();
        }

        var created = await accounts.CreateFirstAdministratorAsync(userName, displayName, password, cancellationToken);
        if (created.IsError)
        {
            return created;
        }

        Finish();
        http.Response.Cookies.Delete(CookieName, new CookieOptions { Path = "/setup" });
        LogCreated(logger, created.Value.UserName);
        return created;
    }

    /// <summary>Called before the listeners open: without an administrator, creates the one that the settings name. Nobody is to meet a console that waits for it.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (configuration[UserKey] is not { Length: > 0 } userName || await IsDoneAsync(cancellationToken))
        {
            return;
        }

        var created = await accounts.CreateFirstAdministratorAsync(userName, null, await ReadPasswordAsync(cancellationToken), cancellationToken);
        if (created.IsError)
        {
            LogNotCreated(logger, userName, created.Error.Message);
            return;
        }

        Finish();
        LogCreated(logger, userName);
    }

    /// <summary>
    /// Called once the listeners are open. Without an administrator, prints a link and writes it to <c>setup-link</c> in the data directory,
    /// readable for its owner alone. It is renewed when it expires.
    /// </summary>
    public async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        if (await IsDoneAsync(cancellationToken))
        {
            return;
        }

        Publish();
        _renewal = time.CreateTimer(_ => Renew(), null, SetupLink.Lifetime, SetupLink.Lifetime);
    }

    public void Dispose() => _renewal?.Dispose();

    private async Task<string> ReadPasswordAsync(CancellationToken cancellationToken) =>
        configuration[PasswordFileKey] is { Length: > 0 } path
            ? (await File.ReadAllTextAsync(path, cancellationToken)).TrimEnd('\r', '\n')
            : configuration[PasswordKey] ?? "";

    private void Renew()
    {
        if (!_isDone && !link.IsClosed)
        {
            Publish();
        }
    }

    private void Publish()
    {
        var url = $"{addresses.Console}/setup?token={link.Renew()}";
        DataDirectory.Protect(directory.SetupLink);
        File.WriteAllText(directory.SetupLink, url + "\n");
        System.Console.Out.WriteLine($"Open {url} to create the administrator. Valid for {SetupLink.Lifetime.TotalMinutes:0} minutes, one use.");
    }

    private void Finish()
    {
        _isDone = true;
        link.End();
        _renewal?.Dispose();
        File.Delete(directory.SetupLink);
    }

    [LoggerMessage(EventId = 6020, Level = LogLevel.Information, Message = "Administrator {UserName} was created; the setup link is closed")]
    private static partial void LogCreated(ILogger logger, string? userName);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Error, Message = "The administrator {UserName} of the settings was not created: {Reason}")]
    private static partial void LogNotCreated(ILogger logger, string userName, string reason);
}
