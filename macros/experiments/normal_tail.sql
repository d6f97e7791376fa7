{#-
    Expression: chance that a standard normal variable lies above z, for z >= 0.

    The rational function of Hart (Computer Approximations, 1968, algorithm 5666) as
    West gives it (Better approximations to cumulative normal functions, Wilmott
    Magazine, 2005), a continued fraction beyond 7.07; about 14 digits. No engine that
    Clustr runs on shares an error function with the others.

        2 * {{ normal_tail('sqrt(chi_square)') }}
-#}
{% macro normal_tail(z) -%}
    {%- set above = [
        0.0352624965998911, 0.700383064443688, 6.37396220353165, 33.912866078383,
        112.079291497871, 221.213596169931, 220.206867912376,
    ] -%}
    {%- set below = [
        0.0883883476483184, 1.75566716318264, 16.064177579207, 86.7807322029461,
        296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752,
    ] -%}
    {%- set fraction = namespace(above=above[0], below=below[0], tail=z ~ ' + 0.65') -%}
    {%- for term in above[1:] -%}
        {%- set fraction.above = '(' ~ fraction.above ~ ') * ' ~ z ~ ' + ' ~ term -%}
    {%- endfor -%}
    {%- for term in below[1:] -%}
        {%- set fraction.below = '(' ~ fraction.below ~ ') * ' ~ z ~ ' + ' ~ term -%}
    {%- endfor -%}
    {%- for term in [4, 3, 2, 1] -%}
        {%- set fraction.tail = z ~ ' + ' ~ term ~ ' / (' ~ fraction.tail ~ ')' -%}
    {%- endfor -%}
    exp(greatest(-690, -{{ z }} * {{ z }} / 2)) * case
        when {{ z }} < 7.07106781186547
            then ({{ fraction.above }}) / ({{ fraction.below }})
        else 1 / (({{ fraction.tail }}) * 2.506628274631001)
    end
{%- endmacro %}
