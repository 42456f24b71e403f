using System.Globalization;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Storage;

namespace ConsoleWeb.Components.Pages.Settings;

/// <summary>The limits of the request log as they are typed, and what they would delete. Knows no component.</summary>
internal sealed class RetentionForm(RetentionService service)
{
    private RetentionLimits _limits = service.Current;

    /// <summary>Days; empty or 0: without end.</summary>
    public string Days { get; private set; } = DaysText(service.Current);

    /// <summary>Room, such as <c>10 GiB</c>; empty or 0: as much as there is.</summary>
    public string Room { get; private set; } = RoomText(service.Current);

    public string? DaysError { get; private set; }

    public string? RoomError { get; private set; }

    /// <summary>Why it was not saved; null: nothing went wrong.</summary>
    public string? Error { get; private set; }

    public bool IsSaved { get; private set; }

    /// <summary>What the typed limits would delete now; null: they are the ones in force, or cannot be read.</summary>
    public RetentionPreview? Preview { get; private set; }

    public bool IsChanged => DaysError is not null || RoomError is not null || _limits != service.Current;

    public bool MaySave => IsChanged && DaysError is null && RoomError is null;

    public Task SetDaysAsync(string? text, CancellationToken cancellationToken)
    {
        Days = text?.Trim() ?? "";
        DaysError = null;
        if (Days.Length == 0)
        {
            _limits = _limits with { MaxAgeDays = 0 };
        }
        else if (int.TryParse(Days, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= RetentionService.MostDays)
        {
            _limits = _limits with { MaxAgeDays = days };
        }
        else
        {
            DaysError = $"Whole days, at most {RetentionService.MostDays.ToString(CultureInfo.InvariantCulture)}.";
        }

        return LookAsync(cancellationToken);
    }

    public Task SetRoomAsync(string? text, CancellationToken cancellationToken)
    {
        Room = text?.Trim() ?? "";
        RoomError = null;
        if (Room.Length == 0)
        {
            _limits = _limits with { MaxBytes = 0 };
        }
        else if (!SizeText.TryParse(Room, out var bytes))
        {
            RoomError = "A size, such as 10 GB or 500 MB.";
        }
        else if (bytes is not 0 and < RetentionService.FewestBytes)
        {
            RoomError = $"At least {SizeText.Of(RetentionService.FewestBytes)}.";
        }
        else if (Room != RoomText(_limits))
        {
            // A text that is only the short form of the value leaves its last digits alone.
            _limits = _limits with { MaxBytes = bytes };
            Room = RoomText(_limits);
        }

        return LookAsync(cancellationToken);
    }

    /// <summary>Takes what is in force, unless somebody is typing.</summary>
    public void Follow()
    {
        if (!IsChanged)
        {
            Reset();
        }
    }

    public void Reset()
    {
        (_limits, DaysError, RoomError, Error, Preview) = (service.Current, null, null, null, null);
        (Days, Room) = (DaysText(_limits), RoomText(_limits));
    }

    public async Task SaveAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!MaySave)
        {
            return;
        }

        Error = (await service.SetAsync(_limits, actor, cancellationToken))?.Message;
        if (Error is null)
        {
            Reset();
            IsSaved = true;
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        (IsSaved, Error, Preview) = (false, null, null);
        if (MaySave)
        {
            Preview = await service.PreviewAsync(_limits, cancellationToken);
        }
    }

    private static string DaysText(RetentionLimits limits) => limits.MaxAgeDays == 0 ? "" : limits.MaxAgeDays.ToString(CultureInfo.InvariantCulture);

    private static string RoomText(RetentionLimits limits) => limits.MaxBytes == 0 ? "" : SizeText.Of(limits.MaxBytes);
}
