using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ConsoleWeb.Cli.Output;
using ConsoleWeb.Declarative.State;

namespace ConsoleWeb.Cli.Wire;

/// <summary>
/// Makes changes on the gateway: level by level, kinds of a level one after the other, entities of a kind side by side.
/// </summary>
/// <param name="client">The Admin API.</param>
/// <param name="parallelism">Writes at one time.</param>
/// <param name="started">Told of each change just before its call; one call at a time.</param>
/// <param name="progress">Shows how many are done.</param>
internal sealed class ChangeWriter(AdminClient client, int parallelism, Action<Change> started, ProgressLine progress)
{
    private readonly Lock _gate = new();

    /// <returns>The changes that were made, and a line for each that failed. After a failure no further kind is begun.</returns>
    public async Task<(IReadOnlyList<Change> Done, IReadOnlyList<string> Failures)> WriteAsync(
        IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        var done = new ConcurrentQueue<Change>();
        var failures = new ConcurrentQueue<string>();
        var finished = 0;
        var limits = new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken };
        foreach (var step in ChangePlanner.Steps(changes))
        {
            await Parallel.ForEachAsync(step, limits, async (change, token) =>
            {
                lock (_gate)
                {
                    started(change);
                }

                var answer = await WriteAsync(change, token);
                if (answer.IsSuccess || (change.Type == ChangeType.Delete && answer.Status == 404))
                {
                    done.Enqueue(change);
                }
                else
                {
                    var place = change.Entity.File is { } file ? $" at {file.Source.Describe()}" : "";
                    failures.Enqueue(
                        $"while processing event: {{{change.Type}}} {change.Entity.Kind.Word} {change.Name} failed: {answer.Describe()}{place}");
                }

                progress.Report("Written", Interlocked.Increment(ref finished), changes.Count);
            });

            if (!failures.IsEmpty)
            {
                break;
            }
        }

        return ([.. done], [.. failures]);
    }

    private async Task<AdminAnswer> WriteAsync(Change change, CancellationToken cancellationToken)
    {
        var entity = change.Entity;
        if (entity.Kind == StateKinds.GroupMember)
        {
            return await WriteMemberAsync(change, cancellationToken);
        }

        var path = PathOf(entity);
        if (change.Type == ChangeType.Delete)
        {
            return await client.SendAsync(HttpMethod.Delete, path, null, cancellationToken);
        }

        // A group is patched since a replacement would be of the wrapped object on some servers.
        var isPatch = entity.Kind == StateKinds.ConsumerGroup && change.Type == ChangeType.Update && !client.IsKonnect;
        var answer = await client.SendAsync(isPatch ? HttpMethod.Patch : HttpMethod.Put, path, entity.Body, cancellationToken);
        return answer.Status == 404 && entity.Kind == StateKinds.Target
            ? await client.SendAsync(HttpMethod.Post, ParentPath(entity), entity.Body, cancellationToken)
            : answer;
    }

    private async Task<AdminAnswer> WriteMemberAsync(Change change, CancellationToken cancellationToken)
    {
        var members = $"/consumer_groups/{change.Entity.ForeignId("consumer_group")}/consumers";
        var consumer = change.Entity.ForeignId("consumer");
        return change.Type == ChangeType.Delete
            ? await client.SendAsync(HttpMethod.Delete, $"{members}/{consumer}", null, cancellationToken)
            : await client.SendAsync(HttpMethod.Post, members, new JsonObject { ["consumer"] = consumer }, cancellationToken);
    }

    private static string PathOf(StateEntity entity) => $"{ParentPath(entity)}/{entity.Id}";

    private static string ParentPath(StateEntity entity)
        => entity.Kind is { PathParent: { } parent, PathSegment: { } segment }
            ? $"/{entity.Kind.Foreign.First(f => f.Field == parent).Kind}/{entity.ForeignId(parent)}/{segment}"
            : $"/{entity.Kind.Collection}";
}
