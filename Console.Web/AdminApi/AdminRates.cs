using ConsoleWeb.Auth;
using ConsoleWeb.Options;
using Microsoft.Extensions.Options;

namespace ConsoleWeb.AdminApi;

/// <summary>Holds each token to the rates of <see cref="AdminLimits"/>; without a rate nothing is counted.</summary>
internal sealed class AdminRates(IOptions<AdminLimits> limits, TimeProvider time)
{
    private readonly CallWindow? _writes = Window(limits.Value.WritesPerSecond, TimeSpan.FromSeconds(1), time);

    private readonly CallWindow? _lists = Window(limits.Value.ListsPerMinute, TimeSpan.FromMinutes(1), time);

    /// <param name="isList">Whether the call reads a page of a list.</param>
    /// <returns>How long the token has to wait and why; null when it may go on.</returns>
    public (TimeSpan Wait, string Reason)? Refuse(TokenGrant grant, string? scope, bool isList)
    {
        if (scope == TokenScopes.ConfigWrite)
        {
            return _writes?.Add(grant.Id.ToString()) is { } wait
                ? (wait, $"the token '{grant.Name}' may make {limits.Value.WritesPerSecond} writes a second")
                : null;
        }

        return isList && _lists?.Add(grant.Id.ToString()) is { } rest
            ? (rest, $"the token '{grant.Name}' may read {limits.Value.ListsPerMinute} pages of lists a minute")
            : null;
    }

    private static CallWindow? Window(int limit, TimeSpan length, TimeProvider time) => limit > 0 ? new CallWindow(time, limit, length) : null;
}
