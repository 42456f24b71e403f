using System.Text;
using Gateway.Core.Plugins.LogDelivery;

namespace Gateway.Core.Tests.Plugins.LogDelivery;

/// <summary>Notes the batches it gets and answers as told.</summary>
/// <param name="answer">Gets the number of the call, from 1; null: every batch arrives.</param>
internal sealed class FakeSender(Func<int, CancellationToken, Task<string?>>? answer = null) : IBatchSender
{
    private readonly List<string> _batches = [];

    /// <summary>Batches in order of arrival, records joined by a comma.</summary>
    public IReadOnlyList<string> Batches
    {
        get
        {
            lock (_batches)
            {
                return [.. _batches];
            }
        }
    }

    public string Target => "some-host:1";

    public Task<string?> SendAsync(IReadOnlyList<byte[]> batch, CancellationToken cancellationToken)
    {
        int call;
        lock (_batches)
        {
            _batches.Add(string.Join(',', batch.Select(Encoding.UTF8.GetString)));
            call = _batches.Count;
        }

        return answer is null ? Task.FromResult<string?>(null) : answer(call, cancellationToken);
    }
}
