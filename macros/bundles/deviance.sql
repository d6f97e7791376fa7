{#-
    Expression: count log(count / expected) - (count - expected) as a double, never
    below 0.

    `bd0` of Loader, as `deviance` in bundle_rules.py. A cell stands in four columns:
    its count, what it is expected to be, how far that is off, and this as a share of
    the sum of the two. For small shares a series takes over: the other two terms would
    cancel.

        {{ deviance('neither') }}
-#}
{% macro deviance(cell) -%}
    case
        when {{ cell }} = 0 then expected_{{ cell }}
        when abs(share_{{ cell }}) < 0.1
            then
                off_{{ cell }} * share_{{ cell }}
                + 2 * {{ cell }} * share_{{ cell }}
                * (share_{{ cell }} * share_{{ cell }}) * (
                    {%- for term in range(1, 9) %}
                    1e0 / {{ 2 * term + 1 }}
                    + share_{{ cell }} * share_{{ cell }} * (
                    {%- endfor -%}
                    1e0 / 19{{ ')' * 9 }}
        else {{ cell }} * ln({{ cell }} / expected_{{ cell }}) - off_{{ cell }}
    end
{%- endmacro %}
