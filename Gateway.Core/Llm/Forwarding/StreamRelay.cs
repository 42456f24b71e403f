using System.Buffers;
using Gateway.Core.Llm.Codecs;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>Brings a stream to a client of another format, event by event.</summary>
internal sealed class StreamRelay(RelaySession relay)
{
    public async Task RunAsync(ILlmStreamTranslator translator)
    {
        var end = RelayEnd.Complete;
        byte[]? buffer = null;
        using var output = new PooledBuffer();
        await using var heart = new Heartbeat(relay.Context.Time, relay.Policy.PingInterval, () =>
        {
            translator.WritePing(output);
            return WriteEventsAsync(output, isAside: true);
        });
        try
        {
            var source = await relay.OpenDecodedAsync();
            buffer = ArrayPool<byte>.Shared.Rent(8192);
            long total = 0;
            while (!translator.IsEnded)
            {
                var pending = source.ReadAsync(buffer, relay.Attempt.Timer.Token);
                int read;
                if (pending.IsCompletedSuccessfully)
                {
                    read = pending.Result;
                }
                else
                {
                    var waiting = buffer;
                    buffer = null;
                    relay.Attempt.Timer.Arm(relay.Attempt.ReadTimeout);
                    heart.BeginWait();
                    try
                    {
                        read = await pending;
                    }
                    finally
                    {
                        await heart.EndWaitAsync();
                    }

                    buffer = waiting;
                }

                if (read == 0)
                {
                    break;
                }

                total += read;
                if (total > relay.Policy.MaxResponseBytes)
                {
                    end = RelayEnd.TooLarge;
                    break;
                }

                relay.Collector?.Push(buffer.AsSpan(0, read));
                translator.Push(buffer.AsSpan(0, read), output);
                relay.NoteProgress(translator, translator.SawFirstContent);
                if (!await WriteEventsAsync(output))
                {
                    end = RelayEnd.ClientLeft;
                    break;
                }
            }
        }
        catch (Exception exception) when (relay.EndOf(exception) is { } found)
        {
            end = found;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        relay.Record.Timings.UpstreamDone = relay.Context.ElapsedMs;
        switch (end)
        {
            case RelayEnd.Complete:
                translator.Complete(output);
                end = translator.SawTerminal || translator.SawError ? RelayEnd.Complete : RelayEnd.Cut;
                break;
            case RelayEnd.ClientLeft or RelayEnd.ClientStalled:
                break;
            default:
                if (relay.IsHeadWritten)
                {
                    var (status, text) = relay.TextOf(end);
                    translator.WriteError(status, text, output);
                }

                break;
        }

        LlmAccounting.Finish(relay.Context, relay.Plan, relay.Request, relay.Attempt, translator);
        if (end is RelayEnd.ClientLeft or RelayEnd.ClientStalled || (end != RelayEnd.Complete && !relay.IsHeadWritten && output.Length == 0))
        {
            await relay.BreakOffAsync(end);
            return;
        }

        if (end == RelayEnd.Complete)
        {
            relay.NoteSuccess(translator, StatusCodes.Status200OK);
        }
        else
        {
            relay.NoteFailure(end);
        }

        // The error event says that the answer is not whole; the connection may end in order, so that the event arrives.
        await WriteEventsAsync(output);
        await relay.Output.CompleteAsync();
    }

    private async Task<bool> WriteEventsAsync(PooledBuffer output, bool isAside = false)
    {
        if (output.Length == 0)
        {
            return true;
        }

        if (!relay.IsHeadWritten)
        {
            relay.WriteHead(StatusCodes.Status200OK, keepsBody: false, LlmResponseHeaders.SetEventStream);
            await relay.Output.StartAsync(relay.Context.Aborted);
        }

        relay.Record.ResponseSize += output.Length;
        relay.Output.BodyWriter.Write(output.WrittenSpan);
        output.Clear();
        return await relay.FlushAsync(isAside);
    }
}
