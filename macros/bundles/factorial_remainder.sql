{#-
    Expression: log(n!) - n log(n) + n as a double, 0 for n = 0.

    What Stirling's formula leaves to its series, and half the logarithm of 2 pi n; the
    series' first term left out is below 1e-16 (Loader, Fast and accurate computation of
    binomial probabilities, 2000). `factorial_remainder` in bundle_rules.py is the same.

        {{ factorial_remainder('neither') }}
-#}
{% macro factorial_remainder(count) -%}
    case cast({{ count }} as bigint)
        when 0 then 0
        {%- for value in [
            '1.0', '1.3068528194400546', '1.4959226032237258',
            '1.6328763858683832', '1.7403021806115442', '1.828694396641771',
            '1.9037903176782212', '1.9690705693065629', '2.0268062840554952',
            '2.0785616431350586', '2.12545984509181', '2.168334698205882',
            '2.207822206123445', '2.244418568125061', '2.2785183673077407',
        ] %}
        when {{ loop.index }} then cast({{ value }} as double precision)
        {%- endfor %}
        else
            0.5 * ln(6.283185307179586e0 * {{ count }})
            + (
                1e0 / 12 - (
                    1e0 / 360 - (
                        1e0 / 1260 - (
                            1e0 / 1680 - 1e0 / 1188 / {{ count }} / {{ count }}
                        ) / {{ count }} / {{ count }}
                    ) / {{ count }} / {{ count }}
                ) / {{ count }} / {{ count }}
            ) / {{ count }}
    end
{%- endmacro %}
