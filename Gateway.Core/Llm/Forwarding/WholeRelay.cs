using System.Buffers;
using Gateway.Core.Llm.Codecs;
using Gateway.Core.Pipeline;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>Brings a one-shot answer to a client of another format.</summary>
internal sealed class WholeRelay(RelaySession relay)
{
    /// <summary>Longest answer that is translated as one; unlike one that passes, it must be held in memory.</summary>
    private const long MaxHeldBytes = 64 * 1024 * 1024;

    public async Task RunAsync(LlmTranslation translation)
    {
        using var body = new PooledBuffer(16 * 1024);
        var end = await relay.ReadWholeAsync(body, Math.Min(relay.Policy.MaxResponseBytes, MaxHeldBytes));
        relay.Record.Timings.UpstreamDone = relay.Context.ElapsedMs;
        if (end != RelayEnd.Complete)
        {
            LlmAccounting.Finish(relay.Context, relay.Plan, relay.Request, relay.Attempt, null);
            await relay.BreakOffAsync(end);
            return;
        }

        relay.NoteFirstToken();
        relay.Collector?.Push(body.WrittenSpan);
        using var output = new PooledBuffer(body.Length + 512);
        var translated = translation.IsClientStream
            ? translation.SynthesizeStream(body.Written, output)
            : translation.TranslateResponse(body.Written, output);
        if (translated.IsError)
        {
            relay.Verdict = AttemptVerdict.Failure;
            relay.Record.Outcome = RequestOutcome.UpstreamError;
            LlmAccounting.Finish(relay.Context, relay.Plan, relay.Request, relay.Attempt, null);
            var reason = $"transformation failed from type {relay.Attempt.Target.Provider.Name}://{relay.Attempt.Target.RouteType}: {translated.Error.Message}";
            await GatewayErrors.WriteAsync(relay.Context, new Refusal(StatusCodes.Status502BadGateway, reason) { Detail = "translate_error" });
            return;
        }

        if (translated.Value.Dropped.Count > 0 && relay.Record.Llm is { } llm)
        {
            llm.Dropped = [.. llm.Dropped, .. translated.Value.Dropped];
        }

        LlmAccounting.Finish(relay.Context, relay.Plan, relay.Request, relay.Attempt, translated.Value);
        relay.NoteSuccess(translated.Value, StatusCodes.Status200OK);
        relay.WriteHead(StatusCodes.Status200OK, keepsBody: false, headers =>
        {
            if (translation.IsClientStream)
            {
                LlmResponseHeaders.SetEventStream(headers);
            }
            else
            {
                headers.ContentType = "application/json";
                headers.ContentLength = output.Length;
            }
        });
        relay.Record.ResponseSize = output.Length;
        await relay.Output.StartAsync(relay.Context.Aborted);
        relay.Output.BodyWriter.Write(output.WrittenSpan);
        await relay.Output.CompleteAsync();
    }
}
