using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ConsoleWeb.Data;

/// <summary>
/// Sees every use of the configuration database, whoever makes it: what fails is noted, so that the console tells it, and nothing is
/// written to a file that is no longer where it was opened.
/// </summary>
internal sealed class StoreWatch(ConfigStoreState state) : DbCommandInterceptor, ISaveChangesInterceptor, IDbTransactionInterceptor, IDbConnectionInterceptor
{
    /// <summary>Whoever opens a file that is not there makes an empty one, which is in the way of the one that is to be put back.</summary>
    public InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) => Guarded(result);

    public ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) => new(Guarded(result));

    public InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result) => Guarded(result);

    public ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        new(Guarded(result));

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result) => Guarded(result);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) => new(Guarded(result));

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => state.Noted(eventData.Exception);

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        state.Noted(eventData.Exception);
        return Task.CompletedTask;
    }

    public void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => state.Noted(eventData.Exception);

    public Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        state.Noted(eventData.Exception);
        return Task.CompletedTask;
    }

    private T Guarded<T>(T result)
    {
        if (state.FindMissing() is { } missing)
        {
            state.Noted(missing);
            throw missing;
        }

        return result;
    }
}
