using System.Globalization;
using Gateway.Core.Pipeline;
using Gateway.Core.Upstreams;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.Cors;

/// <summary>Tells browsers which web pages may call, and answers the question they ask before.</summary>
[Plugin("cors", priority: 2000, ForbiddenScopes = ["consumer", "consumer_group"])]
internal sealed class CorsPlugin : Plugin<CorsConfig>, IOriginPolicy
{
    public bool Allows(PluginInstance instance, string origin) => RulesOf(instance).Allows(origin);

    protected override async ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, CorsConfig config)
    {
        var request = context.Http.Request;
        if (!IsPreflight(request) || config.PreflightContinue)
        {
            return PhaseResult.Continue;
        }

        var headers = context.Http.Response.Headers;
        AddOrigin(context, RulesOf(instance), config);
        if (config.Headers is { Count: > 0 })
        {
            headers.AccessControlAllowHeaders = string.Join(',', config.Headers);
        }
        else if (request.Headers.AccessControlRequestHeaders is { Count: > 0 } asked)
        {
            headers.AccessControlAllowHeaders = asked;
        }

        headers.AccessControlAllowMethods = string.Join(',', config.Methods);
        if (config.MaxAge is { } seconds)
        {
            headers.AccessControlMaxAge = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (config.PrivateNetwork && request.Headers["Access-Control-Request-Private-Network"] == "true")
        {
            headers["Access-Control-Allow-Private-Network"] = "true";
        }

        context.Record.Outcome = RequestOutcome.Ok;
        await GatewayAnswers.WriteAsync(context, StatusCodes.Status200OK, null, default);
        return PhaseResult.Answered;
    }

    protected override void ResponseHeaders(GatewayContext context, PluginInstance instance, CorsConfig config)
    {
        // A preflight has been answered above, or is left to the upstream.
        var request = context.Http.Request;
        if (IsPreflight(request) || (!config.AllowOriginAbsent && request.Headers.Origin.Count == 0))
        {
            return;
        }

        AddOrigin(context, RulesOf(instance), config);
        if (config.ExposedHeaders is { Count: > 0 })
        {
            context.Http.Response.Headers.AccessControlExposeHeaders = string.Join(',', config.ExposedHeaders);
        }
    }

    private static OriginRules RulesOf(PluginInstance instance) =>
        instance.State.GetOrCreate(() => new OriginRules(((CorsConfig)instance.Config).Origins));

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    private static void AddOrigin(GatewayContext context, OriginRules rules, CorsConfig config)
    {
        var headers = context.Http.Response.Headers;
        var origin = context.Http.Request.Headers.Origin.ToString();
        if (rules.AllowsAll && !(config.Credentials && origin.Length > 0))
        {
            headers.AccessControlAllowOrigin = "*";
            return;
        }

        // Browsers refuse * together with credentials, so that the caller is named.
        if (!HopByHop.HasToken(headers.Vary, "Origin"))
        {
            headers.AppendCommaSeparatedValues("Vary", "Origin");
        }

        if ((rules.Fixed ?? (rules.Allows(origin) ? origin : null)) is not { Length: > 0 } allowed)
        {
            headers.Remove("Access-Control-Allow-Origin");
            return;
        }

        headers.AccessControlAllowOrigin = allowed;
        if (config.Credentials)
        {
            headers.AccessControlAllowCredentials = "true";
        }
    }
}
