using Gateway.Core.Llm;
using Gateway.Core.Llm.Accounting;
using Gateway.Core.Llm.Errors;
using Gateway.Core.Llm.Forwarding;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Providers;
using Gateway.Core.Pipeline;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>The access phase of both AI proxies: reads and checks the request, answers what needs no model, and prepares the model call.</summary>
internal sealed class LlmAccess(LlmForwarder forwarder)
{
    public async ValueTask<PhaseResult> HandleAsync(GatewayContext context, PluginInstance instance, LlmPlan plan)
    {
        if (context.UpstreamCall is not null)
        {
            // ai-proxy-advanced comes first in the order of execution and has taken the request.
            return PhaseResult.Continue;
        }

        var http = context.Http.Request;
        var isAnthropic = plan.LlmFormatName == "anthropic" || http.Headers.ContainsKey("anthropic-version");
        context.ErrorFormat = LlmErrors.For(isAnthropic ? LlmFormat.AnthropicMessages : LlmFormat.OpenAIChat);
        if (plan.Unsupported is { } unsupported)
        {
            return await RefuseAsync(context, new Refusal(501, unsupported) { Detail = "not_supported" });
        }

        if (plan.LlmFormatName is not ("openai" or "anthropic"))
        {
            return await RefuseAsync(context, new Refusal(501, $"llm_format '{plan.LlmFormatName}' can be configured, but this version cannot serve it") { Detail = "not_supported" });
        }

        if (await LocalAnswers.TryAnswerAsync(context, plan, isAnthropic))
        {
            return PhaseResult.Answered;
        }

        ReadOnlyMemory<byte> body;
        try
        {
            body = await context.Body.ReadAsync(plan.MaxRequestBodySize, context.Aborted);
            var decoded = RequestDecoding.Decode(http, body, plan.MaxRequestBodySize, out var badCoding);
            if (badCoding is not null)
            {
                return await RefuseAsync(context, badCoding);
            }

            body = decoded;
        }
        catch (RequestBodyTooLargeException tooLarge)
        {
            return await RefuseAsync(context, new Refusal(
                StatusCodes.Status413PayloadTooLarge,
                $"request body of {tooLarge.Size} bytes exceeds max_request_body_size ({tooLarge.Limit})")
            {
                Detail = "too_large",
                Headers = [new("Connection", "close")],
            });
        }

        if (IsCountTokens(context, plan))
        {
            return await CountTokensAsync(context, instance, plan, body);
        }

        return await PrepareAsync(context, instance, plan, body);
    }

    private async ValueTask<PhaseResult> PrepareAsync(GatewayContext context, PluginInstance instance, LlmPlan plan, ReadOnlyMemory<byte> body)
    {
        var http = context.Http.Request;
        var shape = RequestShape.Of(context, plan, body);
        LlmRequestScan scan = default;
        var isScanned = false;
        var isRebuilt = context.Body.Whole is { } received && !received.Equals(body);
        if (shape.ReadsBody)
        {
            if (RequestDecoding.IsForm(http) && LlmRequestScanner.Scan(body, out _) != JsonFault.None)
            {
                body = RequestDecoding.FormToJson(body);
                isRebuilt = true;
            }

            var fault = RequestDecoding.IsReadable(http) ? LlmRequestScanner.Scan(body, out scan) : JsonFault.Malformed;
            if (fault != JsonFault.None)
            {
                return await RefuseAsync(context, new Refusal(400, PromptRules.Describe(fault)) { Detail = "bad_request" });
            }

            isScanned = true;
        }

        RecognizeAgent(context, isScanned, scan);
        var llm = new LlmRecord
        {
            PluginName = plan.PluginName,
            PluginId = instance.Id,
            RequestedModel = isScanned ? scan.Model : null,
            ClientFormat = shape.Format.ToWireName(),
            LogStatistics = plan.Targets[0].LogStatistics,
        };
        context.Record.Llm = llm;
        if (shape.NeedsPrompt && PromptRules.Check(plan.RouteType, shape.Format, scan) is { } badPrompt)
        {
            return await RefuseAsync(context, new Refusal(400, badPrompt) { Detail = "bad_request" });
        }

        var allowed = new bool[plan.Targets.Length];
        var models = ResolveModels(context, plan, out var templateError);
        if (SelectModels(models, plan, shape, isScanned ? scan.Model : null, allowed, templateError) is { } badModel)
        {
            return await RefuseAsync(context, new Refusal(400, badModel) { Detail = "bad_request" });
        }

        var wantsStream = isScanned && scan.Stream;
        if (shape.NeedsPrompt && plan.Streaming == StreamingMode.Deny && wantsStream)
        {
            return await RefuseAsync(context, new Refusal(400, "response streaming is not enabled for this LLM") { Detail = "bad_request" });
        }

        var forces = shape.NeedsPrompt && plan.Streaming == StreamingMode.Always && !wantsStream && plan.RouteType != RouteTypes.Embeddings;
        context.UpstreamCall = new LlmCall(forwarder, plan, new LlmRequest
        {
            ClientFormat = shape.Format,
            Body = body,
            Scan = scan,
            IsScanned = isScanned,
            IsStream = wantsStream || forces,
            ForcesStream = forces,
            TargetModels = Names(models),
            Remainder = shape.Remainder,
            IsRebuilt = isRebuilt,
            IsModelCall = shape.IsModelCall,
            StartTimestamp = context.Time.GetTimestamp(),
        }, allowed);
        return PhaseResult.Continue;
    }

    private string? SelectModels(
        ModelRules.TargetModel[] models, LlmPlan plan, RequestShape shape, string? requested, bool[] allowed, string? templateError)
    {
        if (templateError is not null && plan.Targets.Length == 1)
        {
            return templateError;
        }

        // The requested model may land in a path (Azure deployments); nothing but a name may.
        if (requested is not null && plan.Targets.Any(t => t.Provider.Name == "azure" && t.Options.AzureDeploymentId is null) && !Templates.IsSafeSegment(requested))
        {
            return "the requested model is not a valid name";
        }

        if (ModelRules.Select(models, requested, shape.NeedsModel, forwarder.Policy.UnknownModel, allowed) is { } error)
        {
            return error;
        }

        for (var i = 0; i < models.Length; i++)
        {
            // A target whose template cannot be filled is none for this request.
            allowed[i] &= models[i].Name != UnresolvedModel;
        }

        return Array.IndexOf(allowed, true) < 0 ? templateError ?? "no target can serve this request" : null;
    }

    /// <summary>No model is called like this; it marks a template that could not be filled.</summary>
    private const string UnresolvedModel = "\0";

    private static ModelRules.TargetModel[] ResolveModels(GatewayContext context, LlmPlan plan, out string? templateError)
    {
        templateError = null;
        var models = new ModelRules.TargetModel[plan.Targets.Length];
        for (var i = 0; i < models.Length; i++)
        {
            var target = plan.Targets[i];
            var name = target.Model;
            if (target.HasModelTemplate)
            {
                name = Templates.Resolve(name!, context.Http.Request, context.UriCaptures, out var error);
                error ??= target.Provider.Name == "azure" && target.Options.AzureDeploymentId is null && !Templates.IsSafeSegment(name) ? "the requested model is not a valid name" : null;
                templateError ??= error;
                name = error is null ? name : UnresolvedModel;
            }

            models[i] = new ModelRules.TargetModel(name, target.ModelAlias);
        }

        return models;
    }

    private static string?[] Names(ModelRules.TargetModel[] models)
    {
        var names = new string?[models.Length];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = models[i].Name;
        }

        return names;
    }

    private static bool IsCountTokens(GatewayContext context, LlmPlan plan) =>
        plan.LlmFormatName == "anthropic"
        && HttpMethods.IsPost(context.Http.Request.Method)
        && context.NormalizedPath.EndsWith("/messages/count_tokens", StringComparison.Ordinal);

    private async ValueTask<PhaseResult> CountTokensAsync(GatewayContext context, PluginInstance instance, LlmPlan plan, ReadOnlyMemory<byte> body)
    {
        if (plan.Targets.Any(t => t.Provider.Name == "anthropic"))
        {
            return await PrepareAsync(context, instance, plan, body);
        }

        var tokens = CountTokensEstimator.Estimate(body);
        if (tokens.IsError)
        {
            return await RefuseAsync(context, new Refusal(400, tokens.Error.Message) { Detail = "bad_request" });
        }

        using var output = new PooledBuffer(64);
        CountTokensEstimator.Write(tokens.Value, output);
        await LocalAnswers.WriteAsync(context, output.Written, "application/json");
        return PhaseResult.Answered;
    }

    /// <summary>What the body says about agent and session, where the headers said nothing.</summary>
    private static void RecognizeAgent(GatewayContext context, bool isScanned, in LlmRequestScan scan)
    {
        // A repeated call is no step of the session whose id its body still has.
        if (isScanned && context.Record is { SessionId: null, ReplayOf: null })
        {
            context.Record.SessionId = AgentSession.Find(scan);
        }
    }

    private static async ValueTask<PhaseResult> RefuseAsync(GatewayContext context, Refusal refusal)
    {
        await GatewayErrors.WriteAsync(context, refusal);
        return PhaseResult.Answered;
    }
}
