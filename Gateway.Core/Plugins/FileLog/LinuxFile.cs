using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>The few calls of Linux that the runtime does not offer: opening with O_APPEND inside a directory, and a file's identity.</summary>
internal static class LinuxFile
{
    private const int ReadOnly = 0;
    private const int WriteOnly = 1;
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int NonBlocking = 0x800;
    private const int Appending = 0x400;
    private const int CloseOnExec = 0x80000;

    private const int CurrentDirectory = -100;
    private const int OwnerOnly = 0x180; // 0600
    private const int Interrupted = 4;
    private const int PermissionDenied = 13;

    /// <summary>Far longer than the kernel needs for one write.</summary>
    private static readonly TimeSpan SecondLook = TimeSpan.FromMilliseconds(20);

    // The two flags have other values on ARM.
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
    private static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;
    private static readonly int IsDirectory = IsArm ? 0x4000 : 0x10000;

    public static SafeFileHandle OpenDirectory(string path) => Checked(Calls.OpenAt(CurrentDirectory, Name(path), ReadOnly | IsDirectory | CloseOnExec, 0));

    /// <summary>Opens without waiting: a FIFO without a reader fails at once.</summary>
    public static SafeFileHandle OpenForAppend(SafeFileHandle directory, string name)
    {
        var flags = Create | Appending | CloseOnExec | NonBlocking | NoFollow;
        var number = (int)directory.DangerousGetHandle();
        var opened = Calls.OpenAt(number, Name(name), flags | ReadWrite, OwnerOnly);

        // Reading is only for a look at the last byte; a file that may only be written is fine.
        return Checked(opened < 0 && Marshal.GetLastPInvokeError() == PermissionDenied ? Calls.OpenAt(number, Name(name), flags | WriteOnly, OwnerOnly) : opened);
    }

    /// <summary>Opens a regular file for reading, inside its directory and without following a link, as <see cref="LinuxAppendFile.Open"/> does for writing.</summary>
    /// <param name="findFault">Gets the real path; gives the reason to refuse it, or null.</param>
    /// <exception cref="IOException">It cannot be opened, or must not be.</exception>
    public static SafeFileHandle OpenRegular(string path, Func<string, string?> findFault)
    {
        var name = Path.GetFileName(path);
        using var directory = OpenDirectory(Path.GetDirectoryName(path) ?? "/");
        if (findFault(Path.Combine(RealPath(directory), name)) is { } fault)
        {
            throw new IOException(fault);
        }

        var file = Checked(Calls.OpenAt((int)directory.DangerousGetHandle(), Name(name), ReadOnly | CloseOnExec | NonBlocking | NoFollow, 0));
        if (FindStatus(file) is { IsRegular: true })
        {
            return file;
        }

        file.Dispose();
        throw new IOException("it is not a regular file");
    }

    /// <summary>Where an open directory is, all links followed.</summary>
    public static string RealPath(SafeFileHandle directory) =>
        new FileInfo($"/proc/self/fd/{directory.DangerousGetHandle()}").LinkTarget ?? throw new IOException("its directory has no name");

    /// <returns>Bytes that were taken.</returns>
    public static int Write(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var taken = Calls.Write(file, in MemoryMarshal.GetReference(bytes), bytes.Length);
            if (taken >= 0)
            {
                return (int)taken;
            }

            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw LastError();
            }
        }
    }

    /// <summary>Where the last write ended; negative when there is no such place.</summary>
    public static long Position(SafeFileHandle file) => Calls.Seek(file, 0, 1);

    public static bool TryCut(SafeFileHandle file, long length) => Calls.Truncate(file, length) == 0;

    /// <summary>Whether there is something and it does not end with a line feed. False when the file may not be read.</summary>
    /// <remarks>The kernel shows the pages of a write one by one, so a second look tells a cut line from one another process is writing.</remarks>
    public static bool EndsInsideLine(SafeFileHandle file)
    {
        if (FindCutEnd(file) is not { } end)
        {
            return false;
        }

        Thread.Sleep(SecondLook);
        return FindCutEnd(file) == end;
    }

    /// <returns>The length of a file whose last byte is no line feed.</returns>
    private static long? FindCutEnd(SafeFileHandle file)
    {
        byte last = 0;
        return FindStatus(file) is { Size: > 0 and var size } && Calls.ReadAt(file, ref last, 1, size - 1) == 1 && last != '\n' ? size : null;
    }

    public static LinuxFileStatus? FindStatus(SafeFileHandle file) => FindStatus((int)file.DangerousGetHandle(), "", 0x1000);

    /// <summary>What a path leads to, a link at its end not followed; null when there is nothing.</summary>
    public static LinuxFileStatus? FindStatus(string path) => FindStatus(CurrentDirectory, path, 0x100);

    private static LinuxFileStatus? FindStatus(int directory, string path, int flags)
    {
        const int TypeInodeAndSize = 0x1 | 0x100 | 0x200;
        Span<byte> status = stackalloc byte[256];
        if (Calls.Status(directory, Name(path), flags, TypeInodeAndSize, ref MemoryMarshal.GetReference(status)) != 0)
        {
            return null;
        }

        return new LinuxFileStatus(
            MemoryMarshal.Read<ushort>(status[28..]) >> 12 == 8,
            MemoryMarshal.Read<long>(status[40..]),
            MemoryMarshal.Read<ulong>(status[32..]),
            MemoryMarshal.Read<ulong>(status[136..]));
    }

    /// <summary>As C wants it: UTF-8 with a zero at the end.</summary>
    private static byte[] Name(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private static SafeFileHandle Checked(int descriptor) => descriptor < 0 ? throw LastError() : new SafeFileHandle(descriptor, ownsHandle: true);

    private static IOException LastError() => new(Marshal.GetLastPInvokeErrorMessage());

    private static class Calls
    {
        [DllImport("libc", EntryPoint = "openat", SetLastError = true)]
        public static extern int OpenAt(int directory, byte[] path, int flags, int mode);

        [DllImport("libc", EntryPoint = "write", SetLastError = true)]
        public static extern nint Write(SafeFileHandle file, in byte bytes, nint count);

        [DllImport("libc", EntryPoint = "pread", SetLastError = true)]
        public static extern nint ReadAt(SafeFileHandle file, ref byte bytes, nint count, long offset);

        [DllImport("libc", EntryPoint = "lseek", SetLastError = true)]
        public static extern long Seek(SafeFileHandle file, long offset, int origin);

        [DllImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
        public static extern int Truncate(SafeFileHandle file, long length);

        /// <summary>Its answer has one layout on every architecture, which stat's has not.</summary>
        [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
        public static extern int Status(int directory, byte[] path, int flags, int mask, ref byte status);
    }
}
