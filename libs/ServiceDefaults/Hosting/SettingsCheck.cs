using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>
/// Looks at every class of options that has a validator before anything starts, so that all that is wrong is told in
/// one go. Where a start finds out by itself, it stops at the first class.
/// </summary>
public static class SettingsCheck
{
    /// <summary>Requires that all settings are right.</summary>
    /// <param name="registered">What the host will be made of; making it may fail already by the first one.</param>
    /// <exception cref="SettingsException">Some are not; it names each.</exception>
    public static void Require(IServiceCollection registered)
    {
        ArgumentNullException.ThrowIfNull(registered);

        // Never disposed: with it would be the configuration, which is the host's.
        var services = registered.BuildServiceProvider();
        var violations = registered
            .Select(static descriptor => descriptor.ServiceType)
            .Where(static type => type.IsConstructedGenericType
                && type.GetGenericTypeDefinition() == typeof(IValidateOptions<>))
            .Select(static type => type.GenericTypeArguments[0])
            .Distinct()
            .SelectMany(options => ViolationsOf(options, services))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (violations.Count > 0)
        {
            throw new SettingsException(violations);
        }
    }

    private static IEnumerable<string> ViolationsOf(Type options, IServiceProvider services)
    {
        try
        {
            var holder = typeof(IOptions<>).MakeGenericType(options);
            _ = holder.GetProperty(nameof(IOptions<>.Value))!
                .GetValue(services.GetRequiredService(holder), BindingFlagsOfGetters, null, null, null);
            return [];
        }
        catch (OptionsValidationException e)
        {
            return e.Failures;
        }
        catch (InvalidOperationException e) when (e.InnerException is FormatException or ArgumentException
            or InvalidCastException or OverflowException)
        {
            // A text that is no number, no time or no name of a choice.
            return [e.Message];
        }
    }

    // Exceptions come as they are, not wrapped as those of a call by reflection.
    private const System.Reflection.BindingFlags BindingFlagsOfGetters =
        System.Reflection.BindingFlags.DoNotWrapExceptions;
}

/// <summary>Settings that a host can't start with.</summary>
/// <param name="violations">A sentence for each thing that is wrong.</param>
public sealed class SettingsException(IReadOnlyList<string> violations)
    : Exception(string.Join("; ", violations))
{
    /// <summary>A sentence for each thing that is wrong.</summary>
    public IReadOnlyList<string> Violations { get; } = violations;
}
