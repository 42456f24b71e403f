using System.Diagnostics;
using System.Globalization;
using ConsoleWeb.Auth;
using ConsoleWeb.Features.Health;
using Gateway.Core.Pipeline.Heads;
using Microsoft.AspNetCore.Http.Features;

namespace ConsoleWeb.AdminApi;

/// <summary>The Admin listener's pipeline: guard, authentication, dispatch.</summary>
internal sealed partial class AdminApiMiddleware(
    AdminRouteTable routes,
    AdminAuthentication authentication,
    AdminRates rates,
    ControlPlane plane,
    Options.ListenerUrls urls,
    ILogger<AdminApiMiddleware> logger)
{
    private const string ServerToken = "kong/3.10.0";

    public async Task HandleAsync(HttpContext http)
    {
        var started = Stopwatch.GetTimestamp();
        http.Response.Headers.Server = ServerToken;
        http.Response.Headers["X-Content-Type-Options"] = "nosniff";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.OnStarting(() =>
        {
            http.Response.Headers["X-Kong-Admin-Latency"] = ((long)Stopwatch.GetElapsedTime(started).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = AdminBody.MaxLength;
        }

        try
        {
            await (await AnswerAsync(http)).ExecuteAsync(http);
        }
        catch (BadHttpRequestException exception)
        {
            // Nobody knows where the next request begins.
            http.Response.Headers.Connection = "close";
            var text = exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? $"request body exceeds {AdminBody.MaxLength} bytes" : "Bad request";
            await AdminErrors.Message(exception.StatusCode, text).ExecuteAsync(http);
        }
        catch (Exception exception) when (StoreHealth.Explain(exception) is { } reason && !http.Response.HasStarted)
        {
            LogStoreFailed(logger, http.Request.Method, http.Request.Path, reason);
            await AdminErrors.Message(StatusCodes.Status503ServiceUnavailable, $"the database does not answer as it should: {reason}").ExecuteAsync(http);
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !http.Response.HasStarted)
        {
            LogFailed(logger, exception, http.Request.Method, http.Request.Path);
            await AdminErrors.Message(StatusCodes.Status500InternalServerError, "An unexpected error occurred").ExecuteAsync(http);
        }
    }

    private async Task<IResult> AnswerAsync(HttpContext http)
    {
        var request = http.Request;
        if (RequestFraming.Refuse(http) is { } status)
        {
            http.Response.Headers.Connection = "close";
            return AdminErrors.Message(status, RefusalTexts.Of(status));
        }

        if (HostGuard.Refuse(request, urls.Admin) is { } refusal)
        {
            return AdminErrors.Message(refusal.Status, refusal.Message);
        }

        var path = PathOf(http);
        var (rest, isKonnect) = KonnectPaths.Strip(path, plane.Id);
        if (!routes.TryFind(rest, out var handlers, out var isList, out var values))
        {
            // An unknown path is 404 before it is 401: tools find out by it what a server can do, and it tells nothing.
            return AdminErrors.NotFound;
        }

        if (HttpMethods.IsOptions(request.Method))
        {
            return Preflight(http, handlers.Keys);
        }

        var method = HttpMethods.IsHead(request.Method) ? HttpMethods.Get : request.Method;
        if (!handlers.TryGetValue(method, out var handler))
        {
            return AdminErrors.Message(StatusCodes.Status405MethodNotAllowed, "Method not allowed");
        }

        var scope = AdminScopes.Needed(method, rest);
        var (actor, denied) = await authentication.AuthenticateAsync(http, scope, isKonnect);
        if (denied is null && http.Features.Get<TokenGrant>() is { } grant && rates.Refuse(grant, scope, isList && method == HttpMethods.Get) is { } excess)
        {
            return AdminAuthentication.TooMany(http, isKonnect && KonnectErrors.IsManagement(request.Path), excess.Wait, excess.Reason);
        }

        return denied ?? await handler(new AdminContext(http, values, actor!));
    }

    /// <summary>The path as the client wrote it: an encoded slash inside a name stays one.</summary>
    public static string PathOf(HttpContext http) => http.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0];

    private static AdminJson Preflight(HttpContext http, IEnumerable<string> methods)
    {
        var list = methods.Append(HttpMethods.Options);
        var allowed = string.Join(", ", list.Concat(methods.Contains(HttpMethods.Get) ? [HttpMethods.Head] : []).Order(StringComparer.Ordinal));
        http.Response.Headers.Allow = allowed;
        http.Response.Headers.AccessControlAllowMethods = allowed;
        var asked = http.Request.Headers.AccessControlRequestHeaders.ToString();
        http.Response.Headers.AccessControlAllowHeaders = asked.Length > 0 ? asked : "Content-Type";
        return new AdminJson(StatusCodes.Status204NoContent, null);
    }

    [LoggerMessage(EventId = 5003, Level = LogLevel.Error, Message = "Admin API call {Method} {Path} met a database in trouble: {Reason}")]
    private static partial void LogStoreFailed(ILogger logger, string method, string path, string reason);

    [LoggerMessage(EventId = 5001, Level = LogLevel.Error, Message = "Admin API call {Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, string path);
}
