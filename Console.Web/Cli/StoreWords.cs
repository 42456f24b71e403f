using System.CommandLine;
using System.Globalization;
using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using Gateway.Shared.Results;

namespace ConsoleWeb.Cli;

/// <summary>
/// The words that work on the data directory itself, beside a running server or without one: <c>token</c>, <c>user</c> and <c>audit</c>.
/// Whoever may read the directory may do everything already, so they ask for no token.
/// </summary>
internal sealed class StoreWords(CliIo io)
{
    public Command CreateToken()
    {
        var create = new Command("create", "Make a personal access token; it is printed once and only its hash is kept");
        var name = new Option<string>("--name") { Description = "What it is for", Required = true };
        var scopes = new Option<string>("--scopes") { Description = $"Comma-separated: {string.Join(", ", TokenScopes.All)}", Required = true };
        var expires = new Option<string?>("--expires") { Description = "When it ends: a date and time, or a span such as 12h or 90d; default never" };
        create.Add(name);
        create.Add(scopes);
        create.Add(expires);
        create.SetAction((parsed, cancellationToken) => LocalStore.UseAsync(io, async services =>
        {
            var wanted = parsed.GetRequiredValue(scopes).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var time = services.GetRequiredService<TimeProvider>();
            var request = new TokenRequest(parsed.GetRequiredValue(name), wanted, ParseExpiry(parsed.GetValue(expires), time.GetUtcNow()));
            var created = await services.GetRequiredService<TokenService>().CreateAsync(request, TokenOwner.CommandLine, cancellationToken);
            ThrowOn(created.Error);
            await io.Stdout.WriteLineAsync(created.Value!.Token);
        }));

        var list = new Command("list", "List personal access tokens, newest first");
        list.SetAction((_, cancellationToken) => LocalStore.UseAsync(io, async services =>
        {
            foreach (var row in await services.GetRequiredService<TokenService>().ListAsync(null, cancellationToken))
            {
                var state = row.RevokedAt is { } revoked ? $"revoked {Stamp(revoked)}" : row.ExpiresAt is { } end ? $"until {Stamp(end)}" : "no end";
                await io.Stdout.WriteLineAsync($"{row.Id}  {row.Name}  {row.Display}  {string.Join(',', row.Scopes)}  {row.OwnerName}  {state}");
            }
        }));

        var revoke = new Command("revoke", "End a token, or every open token of a name; it is refused from the next call on");
        var target = new Argument<string>("NAME_OR_ID");
        revoke.Add(target);
        revoke.SetAction((parsed, cancellationToken) => LocalStore.UseAsync(io, async services =>
        {
            var wanted = parsed.GetRequiredValue(target);
            var count = await services.GetRequiredService<TokenService>().RevokeAsync(wanted, TokenOwner.CommandLine, cancellationToken);
            if (count == 0)
            {
                throw new CommandFailureException($"there is no open token '{wanted}'; 'gatehouse token list' shows them");
            }

            await io.Stdout.WriteLineAsync(count == 1 ? "Revoked 1 token." : $"Revoked {count} tokens.");
        }));

        return new Command("token", "Make, list and revoke personal access tokens") { create, list, revoke };
    }

    public Command CreateUser()
    {
        var reset = new Command("reset-password", "Set a new password, read from standard input");
        var user = new Argument<string>("USER");
        reset.Add(user);
        reset.SetAction((parsed, cancellationToken) => LocalStore.UseAsync(io, async services =>
        {
            var password = await io.ReadSecretAsync("New password", isNew: true, cancellationToken);
            ThrowOn(await services.GetRequiredService<AccountService>().ResetPasswordAsync(parsed.GetRequiredValue(user), password, cancellationToken));
            await io.Stdout.WriteLineAsync("The password is set; every session of this user has ended.");
        }));

        return new Command("user", "Manage the console's users") { reset };
    }

    public Command CreateAudit()
    {
        var verify = new Command("verify", "Check that no entry of the audit log was changed, removed, put in or moved");
        verify.SetAction((_, cancellationToken) => LocalStore.UseAsync(io, async services =>
        {
            var verdict = await services.GetRequiredService<AuditVerifier>().VerifyAsync(cancellationToken);
            if (verdict.Problem is { } problem)
            {
                throw new CommandFailureException($"the audit log is not whole: {problem} ({verdict.Entries} entries before it are as they were written)");
            }

            await io.Stdout.WriteLineAsync($"The audit log is whole: {verdict.Entries} {(verdict.Entries == 1 ? "entry" : "entries")}.");
        }));
        return new Command("audit", "Verify the record of who did what") { verify };
    }

    /// <summary>A span from now (<c>30m</c>, <c>12h</c>, <c>90d</c>) or a point in time; null means never.</summary>
    internal static DateTimeOffset? ParseExpiry(string? text, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            switch (text[^1])
            {
                case 'm': return now.AddMinutes(count);
                case 'h': return now.AddHours(count);
                case 'd': return now.AddDays(count);
            }
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw new CommandFailureException($"--expires does not understand '{text}'; write 12h, 90d or 2027-01-31T12:00:00Z");
    }

    private static string Stamp(DateTimeOffset moment) => moment.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);

    private static void ThrowOn(Error? error)
    {
        if (error is not null)
        {
            throw new CommandFailureException(error.Message);
        }
    }
}
